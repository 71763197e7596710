// A web server that leaves as the documentation advises: after SIGTERM it answers what still comes, tells each client that
// the connection will close, and ends when nobody is connected or after five seconds. One process, one thread, poll(2).
// Built with: cc -Os -static -o web web.c; it answers on port 8080 with its host name.
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 4096, REQUEST = 1024 };

static volatile sig_atomic_t leaving;
static struct pollfd fds[MOST];
static char requests[MOST][REQUEST];
static int lengths[MOST];
static int count = 1;

static void leave(int signal)
{
    (void)signal;
    leaving = 1;
}

static void drop(int i)
{
    close(fds[i].fd);
    count--;
    fds[i] = fds[count];
    lengths[i] = lengths[count];
    memcpy(requests[i], requests[count], REQUEST);
}

// Answers every whole request in the buffer; 0 when the connection is to be closed.
static int answer(int i, const char *name)
{
    char *end;
    while ((end = strstr(requests[i], "\r\n\r\n"))) {
        int last = leaving || strstr(requests[i], "Connection: close") != NULL;
        char text[512];
        int n = snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n%s\r\n%s", strlen(name), last ? "Connection: close\r\n" : "", name);
        if (write(fds[i].fd, text, n) != n || last)
            return 0;
        lengths[i] -= end + 4 - requests[i];
        memmove(requests[i], end + 4, lengths[i] + 1);
    }
    return lengths[i] < REQUEST - 1;
}

int main(void)
{
    char name[65] = "";
    gethostname(name, sizeof name - 1);
    struct sigaction end = {.sa_handler = leave}, ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGTERM, &end, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    int on = 1;
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(8080)};
    fds[0] = (struct pollfd){.fd = socket(AF_INET, SOCK_STREAM, 0), .events = POLLIN};
    setsockopt(fds[0].fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fds[0].fd, (struct sockaddr *)&any, sizeof any) || listen(fds[0].fd, 4096))
        return 1;
    time_t until = 0;
    for (;;) {
        if (leaving && !until)
            until = time(NULL) + 5;
        if (leaving && (count == 1 || time(NULL) >= until))
            return 0;
        if (poll(fds, count, 100) < 0)
            continue;
        for (int i = count - 1; i > 0; i--) {
            if (!fds[i].revents)
                continue;
            int n = read(fds[i].fd, requests[i] + lengths[i], REQUEST - 1 - lengths[i]);
            if (n > 0) {
                lengths[i] += n;
                requests[i][lengths[i]] = 0;
            }
            if (n <= 0 || !answer(i, name))
                drop(i);
        }
        if (fds[0].revents && count < MOST) {
            int fd = accept(fds[0].fd, NULL, NULL);
            if (fd >= 0) {
                fds[count] = (struct pollfd){.fd = fd, .events = POLLIN};
                lengths[count++] = 0;
            }
        }
    }
}
