using Fairlead.Api.Certificates;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>A request is well formed and does not change; its approval is final, and so is its certificate.</summary>
public sealed class CertificateSigningRequestRules : ResourceRules
{
    const string Conditions = "status.conditions";
    const int MostDomain = 253, MostSigner = 571, LeastSeconds = 600;
    const string Approved = "Approved", Denied = "Denied", Failed = "Failed";

    static readonly string[] Usages =
    [
        "signing", "digital signature", "content commitment", "key encipherment", "key agreement", "data encipherment", "cert sign", "crl sign",
        "encipher only", "decipher only", "any", "server auth", "client auth", "code signing", "email protection", "s/mime", "ipsec end system",
        "ipsec tunnel", "ipsec user", "timestamping", "ocsp signing", "microsoft sgc", "netscape sgc",
    ];

    /// <summary>Nobody makes a request that is approved already.</summary>
    public override void PrepareForCreate(JsonObject obj) => obj["status"] = new JsonObject();

    /// <summary>What was asked for stays, whatever an update says.</summary>
    public override void PrepareForUpdate(JsonObject obj, JsonObject old) => obj["spec"] = old["spec"]?.DeepClone();

    public override void ValidateCreate(JsonObject obj, FieldErrors errors) => Validate(obj, null, errors);

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        Validate(obj, old, errors);
        KeepFinal(obj, old, mayApprove: false, errors);
        if (obj.Text("status.certificate") != old.Text("status.certificate")) errors.Forbidden("status.certificate", "updates may not set certificate content");
    }

    public override void ValidateStatus(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        Validate(obj, old, errors);
        KeepFinal(obj, old, mayApprove: false, errors);
        if (old.Text("status.certificate") is { Length: > 0 } before && before != obj.Text("status.certificate"))
            errors.Forbidden("status.certificate", "updates may not modify existing certificate content");
    }

    /// <summary>Adds what is wrong with a change through the subresource approval.</summary>
    public static void ValidateApproval(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        Validate(obj, old, errors);
        KeepFinal(obj, old, mayApprove: true, errors);
    }

    static void Validate(JsonObject obj, JsonObject? old, FieldErrors errors)
    {
        if (old is null) ValidateSpec(obj, errors); // it cannot have changed since
        ValidateConditions(obj, errors);
        var certificate = obj.Text("status.certificate");
        if (certificate == old.Text("status.certificate")) return;
        if (SigningRequestContent.WrongCertificate(certificate) is { } wrong) errors.Invalid("status.certificate", "<certificate data>", wrong);
    }

    static void ValidateSpec(JsonObject obj, FieldErrors errors)
    {
        var request = obj.Text("spec.request");
        try { SigningRequestContent.Read(request); }
        catch (FormatException e) { errors.Invalid("spec.request", request, e.Message); }
        var usages = obj.Texts("spec.usages");
        if (usages.Count == 0) errors.Required("spec.usages", "usages must be provided");
        for (var i = 0; i < usages.Count; i++)
        {
            if (!Usages.Contains(usages[i])) errors.NotSupported($"spec.usages[{i}]", usages[i], Usages);
            if (usages.Take(i).Contains(usages[i])) errors.Duplicate($"spec.usages[{i}]", usages[i]);
        }
        if (obj.Text("spec.signerName") is var signer && signer == RequestForm.LegacyUnknown)
            errors.Invalid("spec.signerName", signer, "the legacy signerName is not allowed via this API version");
        else ValidateSigner(signer, errors);
        if (obj.Number("spec.expirationSeconds") is < LeastSeconds and var seconds)
            errors.Invalid("spec.expirationSeconds", seconds, "may not specify a duration less than 600 seconds (10 minutes)");
    }

    static void ValidateSigner(string signer, FieldErrors errors)
    {
        const string path = "spec.signerName";
        if (signer.Length == 0)
        {
            errors.Required(path, "signerName must be provided");
            return;
        }
        if (signer.Split('/') is not [var domain, var name])
        {
            errors.Invalid(path, signer, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
            return;
        }
        if (domain.Length > MostDomain) errors.TooLong(path, MostDomain);
        var labels = domain.Split('.');
        if (labels.FirstOrDefault(l => NameSyntax.Label(l) is not null) is { } label) errors.Invalid(path, domain, $"validating label \"{label}\": {NameSyntax.Label(label)}");
        if (labels.Length < 2) errors.Invalid(path, domain, "should be a domain with at least two segments separated by dots");
        if (name.Split('.').FirstOrDefault(l => NameSyntax.Subdomain(l) is not null) is { } part) errors.Invalid(path, name, $"validating label \"{part}\": {NameSyntax.Subdomain(part)}");
        if (signer.Length > MostSigner) errors.TooLong(path, MostSigner);
    }

    static void ValidateConditions(JsonObject obj, FieldErrors errors)
    {
        var conditions = obj.Objects(Conditions);
        for (var i = 0; i < conditions.Count; i++)
        {
            var (type, status, path) = (conditions[i].Text("type"), conditions[i].Text("status"), $"{Conditions}[{i}]");
            if (type.Length == 0) errors.Required(path + ".type");
            string[] allowed = type is Approved or Denied or Failed ? ["True"] : ["True", "False", "Unknown"];
            if (status.Length == 0) errors.Required(path + ".status");
            else if (!allowed.Contains(status)) errors.NotSupported(path + ".status", status, allowed);
            if (type is Approved or Denied && conditions.Take(i).Any(c => c.Text("type") == (type == Approved ? Denied : Approved)))
                errors.Invalid(path + ".type", type, "Approved and Denied conditions are mutually exclusive");
        }
    }

    static void KeepFinal(JsonObject obj, JsonObject old, bool mayApprove, FieldErrors errors)
    {
        foreach (var type in (string[])[Approved, Denied, Failed])
        {
            var (now, before) = (Find(obj, type), Find(old, type));
            if (now is null && before is not null) errors.Forbidden(Conditions, $"updates may not remove a condition of type \"{type}\"");
            if (mayApprove || type == Failed || now is null) continue;
            if (before is null) errors.Forbidden(Conditions, $"updates may not add a condition of type \"{type}\"");
            else if (!JsonNode.DeepEquals(now, before)) errors.Forbidden(Conditions, $"updates may not modify a condition of type \"{type}\"");
        }
    }

    static JsonObject? Find(JsonObject request, string type) => request.Objects(Conditions).FirstOrDefault(c => c.Text("type") == type);
}
