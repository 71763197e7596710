namespace Fairlead.Server.Tests.Fuzz;

/// <summary>Objects that the server takes as they are, of kinds with rules of many sorts.</summary>
static class FuzzSeeds
{
    const string Here = "/namespaces/default/";
    const string Pod = """{"containers":[{"name":"c","image":"i:1","ports":[{"containerPort":80,"name":"http"}],"env":[{"name":"A","value":"b"},{"name":"B","valueFrom":{"configMapKeyRef":{"name":"m","key":"k"}}}],"resources":{"requests":{"cpu":"100m","memory":"64Mi"},"limits":{"memory":"128Mi"}},"volumeMounts":[{"name":"v","mountPath":"/v"}],"livenessProbe":{"httpGet":{"port":"http","path":"/"},"periodSeconds":5},"securityContext":{"runAsUser":1000,"capabilities":{"drop":["ALL"]}}}],"volumes":[{"name":"v","emptyDir":{"sizeLimit":"1Gi"}},{"name":"p","projected":{"sources":[{"configMap":{"name":"m"}}]}}],"tolerations":[{"key":"a","operator":"Exists"}],"affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchLabels":{"app":"x"}}}]}},"topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"zone","whenUnsatisfiable":"DoNotSchedule"}]}""";
    const string Web = """{"matchLabels":{"app":"x"}}""";
    static readonly string Template = $$$"""{"metadata":{"labels":{"app":"x"}},"spec":{{{Pod}}} }""";

    /// <summary>A certificate request that is well formed.</summary>
    static readonly string Request = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(new System.Security.Cryptography.X509Certificates.CertificateRequest(
        "CN=x", System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256), System.Security.Cryptography.HashAlgorithmName.SHA256).CreateSigningRequestPem()));

    /// <summary>Where an object is created, and the object; its name is "x", and a label keeps it from being swept.</summary>
    public static readonly IReadOnlyList<(string Path, string Body)> Objects =
    [
        Of("/api/v1", "pods", "v1", "Pod", $$$""" "spec":{{{Pod}}} """),
        Of("/api/v1", "services", "v1", "Service", """ "spec":{"selector":{"app":"x"},"ports":[{"name":"http","port":80,"targetPort":"http"},{"name":"dns","port":53,"protocol":"UDP"}],"sessionAffinity":"ClientIP"} """),
        Of("/api/v1", "configmaps", "v1", "ConfigMap", """ "data":{"k":"v"},"binaryData":{"b":"AAEC"} """),
        Of("/api/v1", "secrets", "v1", "Secret", """ "type":"Opaque","data":{"k":"dmFsdWU="},"stringData":{"s":"t"} """),
        Of("/api/v1", "events", "v1", "Event", """ "involvedObject":{"kind":"Pod","name":"x","namespace":"default"},"reason":"R","message":"m","type":"Normal","count":1,"firstTimestamp":"2025-01-01T00:00:00Z","lastTimestamp":"2025-01-01T00:00:00Z","source":{"component":"c"} """),
        Of("/api/v1", "persistentvolumeclaims", "v1", "PersistentVolumeClaim", """ "spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}},"storageClassName":"s"} """),
        Of("/apis/apps/v1", "deployments", "apps/v1", "Deployment", $$$""" "spec":{"replicas":2,"selector":{{{Web}}},"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":"25%","maxUnavailable":1}},"template":{{{Template}}} } """),
        Of("/apis/apps/v1", "statefulsets", "apps/v1", "StatefulSet", $$$""" "spec":{"serviceName":"x","replicas":2,"selector":{{{Web}}},"template":{{{Template}}},"volumeClaimTemplates":[{"metadata":{"name":"d"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"} } } }]} """),
        Of("/apis/batch/v1", "cronjobs", "batch/v1", "CronJob", """ "spec":{"schedule":"*/5 * * * *","timeZone":"Etc/UTC","jobTemplate":{"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}},"podFailurePolicy":{"rules":[{"action":"FailJob","onExitCodes":{"operator":"In","values":[42]}}]}}}} """),
        Of("/apis/networking.k8s.io/v1", "networkpolicies", "networking.k8s.io/v1", "NetworkPolicy", """ "spec":{"podSelector":{},"policyTypes":["Ingress","Egress"],"ingress":[{"from":[{"ipBlock":{"cidr":"10.0.0.0/8","except":["10.1.0.0/16"]}},{"namespaceSelector":{"matchLabels":{"a":"b"}}}],"ports":[{"port":80,"endPort":90}]}]} """),
        Of("/apis/networking.k8s.io/v1", "ingresses", "networking.k8s.io/v1", "Ingress", """ "spec":{"rules":[{"host":"a.example.com","http":{"paths":[{"path":"/","pathType":"Prefix","backend":{"service":{"name":"x","port":{"number":80}}}}]}}],"tls":[{"hosts":["a.example.com"],"secretName":"x"}]} """),
        Of("/apis/discovery.k8s.io/v1", "endpointslices", "discovery.k8s.io/v1", "EndpointSlice", """ "addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1"],"conditions":{"ready":true},"zone":"a"}],"ports":[{"name":"http","port":80,"protocol":"TCP"}] """),
        Of("/apis/policy/v1", "poddisruptionbudgets", "policy/v1", "PodDisruptionBudget", $$$""" "spec":{"minAvailable":"50%","selector":{{{Web}}} } """),
        Of("/apis/autoscaling/v2", "horizontalpodautoscalers", "autoscaling/v2", "HorizontalPodAutoscaler", """ "spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"x"},"minReplicas":1,"maxReplicas":5,"metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":50}}}],"behavior":{"scaleDown":{"policies":[{"type":"Pods","value":1,"periodSeconds":60}]}}} """),
        Of("/apis/coordination.k8s.io/v1", "leases", "coordination.k8s.io/v1", "Lease", """ "spec":{"holderIdentity":"me","leaseDurationSeconds":15,"renewTime":"2025-01-01T00:00:00.000000Z"} """),
        Of("/apis/rbac.authorization.k8s.io/v1", "roles", "rbac.authorization.k8s.io/v1", "Role", """ "rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get","list"]}] """),
        Of("/api/v1", "resourcequotas", "v1", "ResourceQuota", """ "spec":{"hard":{"count/secrets":"5000","requests.storage":"500Gi"},"scopes":["NotTerminating"]} """),
        Cluster("/apis/flowcontrol.apiserver.k8s.io/v1", "flowschemas", "flowcontrol.apiserver.k8s.io/v1", "FlowSchema", """ "spec":{"matchingPrecedence":900,"priorityLevelConfiguration":{"name":"global-default"},"rules":[{"subjects":[{"kind":"User","user":{"name":"u"}}],"resourceRules":[{"verbs":["get"],"apiGroups":["*"],"resources":["*"],"namespaces":["*"]}]}]} """),
        Cluster("/apis/certificates.k8s.io/v1", "certificatesigningrequests", "certificates.k8s.io/v1", "CertificateSigningRequest", """ "spec":{"request":"REQUEST","signerName":"example.com/s","usages":["client auth"]} """),
        ("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", """{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"things.example.com","labels":{"keep":"yes"}},"spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"things","singular":"thing","kind":"Thing","listKind":"ThingList"},"versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{},"scale":{"specReplicasPath":".spec.size","statusReplicasPath":".status.size"}},"additionalPrinterColumns":[{"name":"Size","type":"integer","jsonPath":".spec.size"}],"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","x-kubernetes-validations":[{"rule":"self.size < 100","message":"too big"}],"properties":{"size":{"type":"integer","minimum":0,"default":1},"list":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],"items":{"type":"object","required":["k"],"properties":{"k":{"type":"string"},"v":{"x-kubernetes-int-or-string":true}}}},"free":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}},"status":{"type":"object","properties":{"size":{"type":"integer"}}}}}}}]}}"""),
    ];

    /// <summary>Bodies of subresources and of kinds that are questions: the method, the path and the body.</summary>
    public static readonly IReadOnlyList<(string Method, string Path, string Body)> Others =
    [
        ("POST", "/api/v1/namespaces/default/pods/x/eviction", """{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"x"},"deleteOptions":{"dryRun":["All"],"preconditions":{"uid":"u"},"gracePeriodSeconds":1}}"""),
        ("POST", "/api/v1/namespaces/default/pods/x/binding", """{"apiVersion":"v1","kind":"Binding","metadata":{"name":"x"},"target":{"kind":"Node","name":"n"}}"""),
        ("POST", "/api/v1/namespaces/default/serviceaccounts/default/token", """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"audiences":["a"],"expirationSeconds":3600,"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"x"}}}"""),
        ("PUT", "/api/v1/namespaces/default/pods/x/status", """{"metadata":{"name":"x"},"status":{"phase":"Pending","conditions":[{"type":"Ready","status":"False"}],"podIPs":[{"ip":"10.0.0.1"}],"containerStatuses":[{"name":"c","ready":false,"restartCount":0,"image":"i","imageID":"","state":{"waiting":{"reason":"r"}}}]}}"""),
        ("PUT", "/apis/apps/v1/namespaces/default/deployments/x/scale", """{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"x"},"spec":{"replicas":3}}"""),
        ("PUT", "/api/v1/namespaces/default/pods/x/ephemeralcontainers", """{"metadata":{"name":"x"},"spec":{"ephemeralContainers":[{"name":"d","image":"i","targetContainerName":"c"}]}}"""),
        ("PUT", "/apis/policy/v1/namespaces/default/poddisruptionbudgets/x/status", """{"metadata":{"name":"x"},"status":{"disruptionsAllowed":1,"currentHealthy":1,"desiredHealthy":1,"expectedPods":1,"observedGeneration":1,"disruptedPods":{"a":"2025-01-01T00:00:00Z"}}}"""),
        ("PUT", "/apis/certificates.k8s.io/v1/certificatesigningrequests/x/approval", """{"metadata":{"name":"x"},"status":{"conditions":[{"type":"Approved","status":"True","reason":"r","message":"m"}]}}"""),
        ("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", """{"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","spec":{"user":"u","groups":["g"],"extra":{"k":["v"]},"resourceAttributes":{"verb":"get","resource":"pods","namespace":"default","labelSelector":{"requirements":[{"key":"a","operator":"In","values":["b"]}]}}}}"""),
        ("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", """{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectRulesReview","spec":{"namespace":"default"}}"""),
        ("POST", "/apis/authentication.k8s.io/v1/tokenreviews", """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{"token":"a.b.c","audiences":["x"]}}"""),
        ("POST", "/apis/example.com/v1/namespaces/default/things", """{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"generateName":"t-"},"spec":{"size":3,"list":[{"k":"a","v":1},{"k":"b","v":"2"}],"free":{"x":[1,{"y":null}]}}}"""),
        ("DELETE", "/api/v1/namespaces/default/configmaps/none", """{"apiVersion":"v1","kind":"DeleteOptions","gracePeriodSeconds":0,"propagationPolicy":"Foreground","preconditions":{"uid":"u","resourceVersion":"1"},"dryRun":["All"]}"""),
    ];

    static (string, string) Of(string root, string plural, string version, string kind, string rest) => (root + Here + plural, Whole(version, kind, rest));

    static (string, string) Cluster(string root, string plural, string version, string kind, string rest) => ($"{root}/{plural}", Whole(version, kind, rest));

    static string Whole(string version, string kind, string rest) =>
        $$$"""{"apiVersion":"{{{version}}}","kind":"{{{kind}}}","metadata":{"name":"x","labels":{"app":"x","keep":"yes"} },{{{rest.Replace("REQUEST", Request, StringComparison.Ordinal)}}} }""";
}
