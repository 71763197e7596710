using System.Text;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Json;
using Fairlead.Api.Resources.Kinds;
using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.Tests.Pods;

public class PodJsonTests
{
    const string AllVolumes = """
        [
          {"name":"a","hostPath":{"path":"/x","type":"Directory"}},
          {"name":"b","emptyDir":{"medium":"Memory","sizeLimit":"1Gi"}},
          {"name":"c","gcePersistentDisk":{"pdName":"d","fsType":"ext4","partition":1,"readOnly":true}},
          {"name":"d","awsElasticBlockStore":{"volumeID":"v"}},
          {"name":"e","gitRepo":{"repository":"r","revision":"1","directory":"."}},
          {"name":"f","secret":{"secretName":"s","items":[{"key":"k","path":"p","mode":256}],"defaultMode":420,"optional":true}},
          {"name":"g","nfs":{"server":"s","path":"/p"}},
          {"name":"h","iscsi":{"targetPortal":"1.2.3.4","iqn":"iqn","lun":0,"portals":["5.6.7.8"],"chapAuthSession":true,"secretRef":{"name":"s"},"initiatorName":"i"}},
          {"name":"i","glusterfs":{"endpoints":"e","path":"p"}},
          {"name":"j","persistentVolumeClaim":{"claimName":"c","readOnly":true}},
          {"name":"k","rbd":{"monitors":["m"],"image":"i"}},
          {"name":"l","flexVolume":{"driver":"a/b","options":{"k":"v"}}},
          {"name":"m","cinder":{"volumeID":"v"}},
          {"name":"n","cephfs":{"monitors":["m"],"path":"/"}},
          {"name":"o","flocker":{"datasetUUID":"u"}},
          {"name":"p","downwardAPI":{"items":[{"path":"l","fieldRef":{"apiVersion":"v1","fieldPath":"metadata.labels"}},{"path":"c","resourceFieldRef":{"containerName":"a","resource":"limits.cpu","divisor":"1m"}}]}},
          {"name":"q","fc":{"targetWWNs":["w"],"lun":2}},
          {"name":"r","azureFile":{"secretName":"s","shareName":"n"}},
          {"name":"s","configMap":{"name":"c","defaultMode":292}},
          {"name":"t","vsphereVolume":{"volumePath":"p","storagePolicyID":"i"}},
          {"name":"u","quobyte":{"registry":"r:1","volume":"v","tenant":"t"}},
          {"name":"v","azureDisk":{"diskName":"d","diskURI":"u","cachingMode":"None","kind":"Managed"}},
          {"name":"w","photonPersistentDisk":{"pdID":"p"}},
          {"name":"x","projected":{"sources":[{"secret":{"name":"s"}},{"downwardAPI":{"items":[{"path":"u","fieldRef":{"fieldPath":"metadata.uid"}}]}},{"configMap":{"name":"c","optional":false}},{"serviceAccountToken":{"path":"token","expirationSeconds":600,"audience":"a"}},{"clusterTrustBundle":{"signerName":"s","labelSelector":{"matchLabels":{"k":"v"}},"path":"ca"}}]}},
          {"name":"y","portworxVolume":{"volumeID":"v"}},
          {"name":"z","scaleIO":{"gateway":"g","system":"s","secretRef":{"name":"x"},"volumeName":"v"}},
          {"name":"aa","storageos":{"volumeName":"v","volumeNamespace":"n"}},
          {"name":"ab","csi":{"driver":"d","volumeAttributes":{"k":"v"},"nodePublishSecretRef":{"name":"s"}}},
          {"name":"ac","ephemeral":{"volumeClaimTemplate":{"metadata":{"labels":{"k":"v"}},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}},"dataSourceRef":{"kind":"K","name":"n","namespace":"o"}}}}},
          {"name":"ad","image":{"reference":"r","pullPolicy":"Always"}}
        ]
        """;

    [Fact]
    public void EveryVolumeGoesThroughUnchanged()
    {
        var given = JsonNode.Parse($$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"volumes":{{{AllVolumes}}},"containers":[{"name":"a","image":"x","ports":[{"containerPort":80,"hostIP":"10.0.0.1"}]}]},"status":{"podIP":"10.1.0.2","podIPs":[{"ip":"10.1.0.2"}],"hostIPs":[{"ip":"10.0.0.1"}]}}""")!;
        var read = ApiJson.Read<Pod>(Encoding.UTF8.GetBytes(given.ToJsonString()));
        var written = JsonNode.Parse(ApiJson.Write(read))!;
        Assert.Equal(30, read.Spec!.Volumes!.Count);
        Assert.True(JsonNode.DeepEquals(given, written), written.ToJsonString());
    }

    [Fact]
    public void EveryVolumeIsInTheSchema()
    {
        var pod = JsonNode.Parse($$$"""{"spec":{"volumes":{{{AllVolumes}}},"containers":[]}}""")!.AsObject();
        Assert.Null(StructuralValidation.TypeError(pod, PodResource.Definition.Schema.Value));
        var volume = PodResource.Definition.Schema.Value.Properties!["spec"].Properties!["volumes"];
        Assert.Equal((ListType.Map, PatchStrategy.Merge | PatchStrategy.RetainKeys, "name"), (volume.ListType, volume.PatchStrategy, volume.PatchMergeKey));
        Assert.Equal(31, volume.Items!.Properties!.Count);
    }
}
