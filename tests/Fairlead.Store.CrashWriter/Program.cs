using System.Globalization;
using System.Text;
using Fairlead.Store;
using Fairlead.Store.Embedded;

// Writes to the store in its first argument until it is killed: eight writers that create, replace and delete their own
// keys. Each acknowledged write is one line on standard output: "key revision [deleted]". Nothing else is printed.
await using var store = EmbeddedStore.Open(new(args[0]) { HistoryEvents = int.Parse(args[1], CultureInfo.InvariantCulture) });
var output = Console.OpenStandardOutput();
var gate = new Lock();
var seed = int.Parse(args[2], CultureInfo.InvariantCulture);

async Task WriteAsync(int writer)
{
    var random = new Random(seed * 100 + writer);
    while (true)
    {
        var key = $"/registry/tests/w{writer}/k{random.Next(20)}";
        var existing = await store.GetAsync(key, CancellationToken.None);
        var value = new StoreValue(Encoding.UTF8.GetBytes($$"""{"r":"","key":"{{key}}","pad":"{{new string('x', random.Next(3000))}}"}"""), 6);
        var write = existing is null ? StoreWrite.Create(key, value)
            : random.Next(4) == 0 ? StoreWrite.Delete(key, existing.Revision, value)
            : StoreWrite.Replace(key, existing.Revision, value);
        var result = await store.WriteAsync(write, CancellationToken.None);
        var line = Encoding.ASCII.GetBytes($"{key} {result.Entry!.Revision}{(write.Value is null ? " deleted" : "")}\n");
        lock (gate) output.Write(line);
    }
}

await Task.WhenAll(Enumerable.Range(0, 8).Select(w => Task.Run(() => WriteAsync(w))));
