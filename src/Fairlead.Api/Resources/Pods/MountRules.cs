using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Pods;

/// <summary>Rules of a container's mounts and block devices.</summary>
static class MountRules
{
    public static void Validate(JsonObject container, string path, ContainerContext context)
    {
        var mounts = container.Objects("volumeMounts");
        var devices = container.Objects("volumeDevices");
        var paths = new HashSet<string>();
        foreach (var (i, mount) in mounts.Index())
        {
            var at = $"{path}.volumeMounts[{i}]";
            Mount(mount, container, at, context);
            var (name, mountPath) = (mount.Text("name"), mount.Text("mountPath"));
            if (!paths.Add(mountPath)) context.Errors.Invalid($"{at}.mountPath", mountPath, "must be unique");
            if (devices.Any(d => d.Text("name") == name)) context.Errors.Invalid($"{at}.name", name, "must not already exist in volumeDevices");
            if (devices.Any(d => d.Text("devicePath") == mountPath))
                context.Errors.Invalid($"{at}.mountPath", mountPath, "must not already exist as a path in volumeDevices");
        }
        Devices(devices, mounts, $"{path}.volumeDevices", context);
    }

    static void Mount(JsonObject mount, JsonObject container, string path, ContainerContext context)
    {
        var errors = context.Errors;
        var name = mount.Text("name");
        if (name.Length == 0 && mount["name"] is not null) errors.Required($"{path}.name");
        if (!context.Volumes.Has(name)) errors.NotFound($"{path}.name", name);
        if (mount.Text("mountPath").Length == 0 && mount["mountPath"] is not null) errors.Required($"{path}.mountPath");
        var (sub, expression) = (mount.Text("subPath"), mount.Text("subPathExpr"));
        foreach (var (field, value) in (ReadOnlySpan<(string, string)>)[("subPath", sub), ("subPathExpr", expression)])
        {
            if (value.Length == 0) continue;
            if (context.Volumes.IsImage(name)) errors.Invalid($"{path}.{field}", value, "not allowed in image volume sources");
            PathRules.LocalDescending(value, $"{path}.{field}", errors);
        }
        if (sub.Length > 0 && expression.Length > 0) errors.Invalid($"{path}.subPathExpr", expression, "subPathExpr and subPath are mutually exclusive");
        if (mount.Text("mountPropagation") == "Bidirectional" && !container.Flag("securityContext.privileged"))
            errors.Forbidden($"{path}.mountPropagation", "Bidirectional mount propagation is available only to privileged containers");
        if (mount.Text("recursiveReadOnly") is "Enabled" or "IfPossible" && !mount.Flag("readOnly"))
            errors.Forbidden($"{path}.recursiveReadOnly", "may only be specified when readOnly is true");
    }

    static void Devices(IReadOnlyList<JsonObject> devices, IReadOnlyList<JsonObject> mounts, string path, ContainerContext context)
    {
        var errors = context.Errors;
        var (names, paths) = (new HashSet<string>(), new HashSet<string>());
        foreach (var (i, device) in devices.Index())
        {
            var at = $"{path}[{i}]";
            var (name, devicePath) = (device.Text("name"), device.Text("devicePath"));
            if (!names.Add(name)) errors.Invalid($"{at}.name", name, "must be unique");
            if (!context.Volumes.Has(name)) errors.NotFound($"{at}.name", name);
            else if (!context.Volumes.IsClaim(name))
                errors.Invalid($"{at}.name", name, "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
            if (devicePath.Length == 0 && device["devicePath"] is not null) errors.Required($"{at}.devicePath");
            if (!paths.Add(devicePath)) errors.Invalid($"{at}.devicePath", devicePath, "must be unique");
            if (PathRules.HasBacksteps(devicePath)) errors.Invalid($"{at}.devicePath", devicePath, "can not contain backsteps ('..')");
            if (mounts.Any(m => m.Text("name") == name)) errors.Invalid($"{at}.name", name, "must not already exist in volumeMounts");
            if (mounts.Any(m => m.Text("mountPath") == devicePath))
                errors.Invalid($"{at}.devicePath", devicePath, "must not already exist as a path in volumeMounts");
        }
    }
}
