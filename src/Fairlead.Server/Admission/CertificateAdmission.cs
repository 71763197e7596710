using Fairlead.Api.Certificates;
using Fairlead.Api.Resources.Kinds;
using Fairlead.Json;
using Fairlead.Server.Authentication;
using Fairlead.Server.Authorization;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Admission;

/// <summary>
/// CertificateSigningRequests: a new one says who made it and asks for nobody's mastery (CertificateSubjectRestriction);
/// only who may "approve" for its signer approves or denies it (CertificateApproval), and only who may "sign" writes its
/// status (CertificateSigning).
/// </summary>
public sealed class CertificateAdmission(Func<IAuthorizer> authorizer) : IAdmission
{
    const string Group = "certificates.k8s.io";
    const string ApiServerClient = "kubernetes.io/kube-apiserver-client";

    public async ValueTask AdmitAsync(
        AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation)
    {
        if (obj is null || context.Kind.Group != Group || context.Kind.Plural != "certificatesigningrequests") return;
        if (operation == AdmissionOperation.Create)
        {
            if (obj["spec"] is JsonObject spec) SetRequestor(spec, context.User);
            CheckSubject(context, obj);
            return;
        }
        var verb = context.Target.Subresource switch
        {
            "approval" => "approve",
            "status" when !JsonNode.DeepEquals(obj["status"], old?["status"]) => "sign",
            _ => null,
        };
        if (verb is null) return;
        var signer = old.Object("spec").Text("signerName") ?? "";
        if (await MayAsync(context.User, verb, signer, cancellation).ConfigureAwait(false)
            || await MayAsync(context.User, verb, signer.Split('/')[0] + "/*", cancellation).ConfigureAwait(false)) return;
        throw Refuse.Forbidden(context.Kind, obj.Name(), $"user not permitted to {verb} requests with signerName \"{signer}\"");
    }

    static void SetRequestor(JsonObject spec, UserInfo user)
    {
        spec["username"] = user.Name;
        spec.Put("uid", user.Uid);
        spec["groups"] = new JsonArray([.. user.Groups.Select(g => (JsonNode)g)]);
        spec.Put("extra", user.Extra is not { Count: > 0 } extra ? null
            : new JsonObject(extra.Select(e => KeyValuePair.Create(e.Key, (JsonNode?)new JsonArray([.. e.Value.Select(v => (JsonNode)v)])))));
    }

    static void CheckSubject(WriteContext context, JsonObject obj)
    {
        if (obj.Object("spec").Text("signerName") != ApiServerClient) return;
        try
        {
            var subject = SigningRequestContent.Read(obj.Object("spec").Text("request") ?? "").SubjectName;
            if (subject.EnumerateRelativeDistinguishedNames(reversed: false).Any(p => !p.HasMultipleElements && p.GetSingleElementType().Value == "2.5.4.10" && p.GetSingleElementValue() == UserInfo.MastersGroup))
                throw Refuse.Forbidden(context.Kind, obj.Name(), $"use of {ApiServerClient} signer with {UserInfo.MastersGroup} group is not allowed");
        }
        catch (FormatException) { } // validation says so
    }

    async ValueTask<bool> MayAsync(UserInfo user, string verb, string signer, CancellationToken cancellation) =>
        (await authorizer().AuthorizeAsync(new(user, verb) { Group = Group, Version = "*", Resource = "signers", Name = signer }, cancellation).ConfigureAwait(false)).IsAllowed;
}
