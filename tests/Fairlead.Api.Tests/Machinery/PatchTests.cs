using Fairlead.Api.Patch;
using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.Tests.Machinery;

public class PatchTests
{
    static readonly SchemaNode Spec = SchemaReader.Read(typeof(GadgetSpec));

    static JsonNode Json(string text) => JsonNode.Parse(text)!;

    [Theory] // RFC 6902 appendix A, and its edges
    [InlineData("{\"foo\":\"bar\"}", "[{\"op\":\"add\",\"path\":\"/baz\",\"value\":\"qux\"}]", "{\"foo\":\"bar\",\"baz\":\"qux\"}")]
    [InlineData("{\"a\":[1,3]}", "[{\"op\":\"add\",\"path\":\"/a/1\",\"value\":2},{\"op\":\"add\",\"path\":\"/a/-\",\"value\":4}]", "{\"a\":[1,2,3,4]}")]
    [InlineData("{\"a\":1,\"b\":2}", "[{\"op\":\"remove\",\"path\":\"/a\"}]", "{\"b\":2}")]
    [InlineData("{\"a\":[1,2,3]}", "[{\"op\":\"remove\",\"path\":\"/a/1\"}]", "{\"a\":[1,3]}")]
    [InlineData("{\"a\":1}", "[{\"op\":\"replace\",\"path\":\"/a\",\"value\":null}]", "{\"a\":null}")]
    [InlineData("{\"a\":{\"x\":1},\"b\":{}}", "[{\"op\":\"move\",\"from\":\"/a/x\",\"path\":\"/b/y\"}]", "{\"a\":{},\"b\":{\"y\":1}}")]
    [InlineData("{\"a\":[1,2]}", "[{\"op\":\"copy\",\"from\":\"/a/0\",\"path\":\"/a/-\"}]", "{\"a\":[1,2,1]}")]
    [InlineData("{\"a/b\":1,\"m~n\":2}", "[{\"op\":\"test\",\"path\":\"/a~1b\",\"value\":1},{\"op\":\"replace\",\"path\":\"/m~0n\",\"value\":3}]", "{\"a/b\":1,\"m~n\":3}")]
    [InlineData("{\"a\":1}", "[{\"op\":\"replace\",\"path\":\"\",\"value\":{\"b\":2}}]", "{\"b\":2}")]
    public void Json_patch(string target, string patch, string expected) =>
        Assert.Equal(expected, JsonPatch.Apply(Json(target), Json(patch))!.ToJsonString());

    [Theory]
    [InlineData("{}", 400)]
    [InlineData("[1]", 400)]
    [InlineData("[{\"op\":\"add\",\"path\":\"/x\"}]", 400)]
    [InlineData("[{\"op\":\"frob\",\"path\":\"/a\"}]", 400)]
    [InlineData("[{\"op\":\"remove\",\"path\":\"a\"}]", 400)]
    [InlineData("[{\"op\":\"remove\",\"path\":\"/nope\"}]", 422)]
    [InlineData("[{\"op\":\"replace\",\"path\":\"/nope\",\"value\":1}]", 422)]
    [InlineData("[{\"op\":\"test\",\"path\":\"/a\",\"value\":[]}]", 422)]
    [InlineData("[{\"op\":\"add\",\"path\":\"/a/7\",\"value\":1}]", 422)]
    [InlineData("[{\"op\":\"add\",\"path\":\"/a/01\",\"value\":1}]", 422)]
    [InlineData("[{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/a/0\"}]", 422)]
    public void Json_patch_refuses(string patch, int code) =>
        Assert.Equal(code, Assert.Throws<PatchException>(() => JsonPatch.Apply(Json("{\"a\":[1]}"), Json(patch))).Code);

    [Fact]
    public void Json_patch_is_bounded()
    {
        var many = new JsonArray([.. Enumerable.Range(0, 10_001).Select(_ => Json("{\"op\":\"test\",\"path\":\"/a\",\"value\":1}"))]);
        Assert.Equal(413, Assert.Throws<PatchException>(() => JsonPatch.Apply(Json("{\"a\":1}"), many)).Code);
        var doubling = new JsonArray([.. Enumerable.Range(0, 60).Select(_ => Json("{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/a/-\"}"))]);
        Assert.Equal(413, Assert.Throws<PatchException>(() => JsonPatch.Apply(Json("{\"a\":[1,2]}"), doubling)).Code);
    }

    [Theory] // RFC 7396 appendix A
    [InlineData("{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}")]
    [InlineData("{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}")]
    [InlineData("{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}")]
    [InlineData("{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}")]
    [InlineData("{\"a\":\"foo\"}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}")]
    [InlineData("[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}")]
    [InlineData("{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}")]
    [InlineData("{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]")]
    public void Merge_patch(string target, string patch, string expected) =>
        Assert.Equal(expected, MergePatch.Apply(Json(target), Json(patch))!.ToJsonString());

    [Theory]
    [InlineData("lists merge by key", "{\"parts\":[{\"name\":\"a\",\"image\":\"1\"},{\"name\":\"b\"}]}", "{\"parts\":[{\"name\":\"a\",\"image\":\"2\"},{\"name\":\"c\"}]}",
        "{\"parts\":[{\"name\":\"a\",\"image\":\"2\"},{\"name\":\"c\"},{\"name\":\"b\"}]}")]
    [InlineData("null removes", "{\"replicas\":1,\"big\":2}", "{\"replicas\":null,\"paused\":null}", "{\"big\":2}")]
    [InlineData("atomic lists are replaced", "{\"args\":[\"a\"]}", "{\"args\":[\"b\"]}", "{\"args\":[\"b\"]}")]
    [InlineData("maps merge", "{\"selector\":{\"a\":\"1\",\"b\":\"2\"}}", "{\"selector\":{\"a\":null,\"c\":\"3\"}}", "{\"selector\":{\"b\":\"2\",\"c\":\"3\"}}")]
    [InlineData("primitive lists merge", "{\"tags\":[\"a\",\"b\"]}", "{\"tags\":[\"b\",\"c\"]}", "{\"tags\":[\"a\",\"b\",\"c\"]}")]
    [InlineData("delete from primitive list", "{\"tags\":[\"a\",\"b\"]}", "{\"$deleteFromPrimitiveList/tags\":[\"a\"]}", "{\"tags\":[\"b\"]}")]
    [InlineData("delete an element", "{\"parts\":[{\"name\":\"a\"},{\"name\":\"b\"}]}", "{\"parts\":[{\"$patch\":\"delete\",\"name\":\"a\"}]}", "{\"parts\":[{\"name\":\"b\"}]}")]
    [InlineData("replace a list", "{\"parts\":[{\"name\":\"a\"}]}", "{\"parts\":[{\"name\":\"b\"},{\"$patch\":\"replace\"}]}", "{\"parts\":[{\"name\":\"b\"}]}")]
    [InlineData("replace a map", "{\"template\":{\"name\":\"a\",\"image\":\"i\"}}", "{\"template\":{\"$patch\":\"replace\",\"name\":\"b\"}}", "{\"template\":{\"name\":\"b\"}}")]
    [InlineData("merge is the default", "{\"template\":{\"name\":\"a\"}}", "{\"template\":{\"$patch\":\"merge\",\"image\":\"b\"}}", "{\"template\":{\"name\":\"a\",\"image\":\"b\"}}")]
    [InlineData("retain keys", "{\"strategy\":{\"type\":\"R\",\"rolling\":{\"name\":\"x\"}}}", "{\"strategy\":{\"$retainKeys\":[\"type\"],\"type\":\"Recreate\"}}", "{\"strategy\":{\"type\":\"Recreate\"}}")]
    [InlineData("retain keys in an element", "{\"sources\":[{\"name\":\"v\",\"emptyDir\":{}}]}", "{\"sources\":[{\"$retainKeys\":[\"name\",\"hostPath\"],\"name\":\"v\",\"hostPath\":{\"type\":\"d\"}}]}",
        "{\"sources\":[{\"name\":\"v\",\"hostPath\":{\"type\":\"d\"}}]}")]
    [InlineData("order", "{\"parts\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"s\"}]}", "{\"$setElementOrder/parts\":[{\"name\":\"c\"},{\"name\":\"b\"},{\"name\":\"a\"}],\"parts\":[{\"name\":\"c\"}]}",
        "{\"parts\":[{\"name\":\"c\"},{\"name\":\"b\"},{\"name\":\"a\"},{\"name\":\"s\"}]}")]
    [InlineData("order alone", "{\"tags\":[\"a\",\"b\"]}", "{\"$setElementOrder/tags\":[\"b\",\"a\"]}", "{\"tags\":[\"b\",\"a\"]}")]
    [InlineData("new lists lose directives", "{}", "{\"parts\":[{\"name\":\"a\",\"image\":null},{\"name\":\"z\",\"$patch\":\"delete\"}]}", "{\"parts\":[{\"name\":\"a\"}]}")]
    [InlineData("nested lists", "{\"parts\":[{\"name\":\"a\",\"ports\":[{\"port\":80,\"name\":\"x\"}]}]}", "{\"parts\":[{\"name\":\"a\",\"ports\":[{\"port\":80,\"name\":\"y\"},{\"port\":81}]}]}",
        "{\"parts\":[{\"name\":\"a\",\"ports\":[{\"port\":80,\"name\":\"y\"},{\"port\":81}]}]}")]
    [InlineData("what is new comes before what the patch does not name", "{\"parts\":[{\"name\":\"b\"}]}", "{\"parts\":[{\"name\":\"a\"}]}",
        "{\"parts\":[{\"name\":\"a\"},{\"name\":\"b\"}]}")]
    [InlineData("the patch's order counts among what it names", "{\"parts\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\"}]}", "{\"parts\":[{\"name\":\"c\"},{\"name\":\"a\"}]}",
        "{\"parts\":[{\"name\":\"b\"},{\"name\":\"c\"},{\"name\":\"a\"}]}")]
    [InlineData("new scalars come first too", "{\"tags\":[\"a\"]}", "{\"tags\":[\"z\"]}",
        "{\"tags\":[\"z\",\"a\"]}")]
    [InlineData("an empty list changes nothing", "{\"parts\":[{\"name\":\"a\"}],\"tags\":[\"a\"]}", "{\"parts\":[],\"tags\":[]}",
        "{\"parts\":[{\"name\":\"a\"}],\"tags\":[\"a\"]}")]
    [InlineData("a replaced list takes no element with a directive", "{\"parts\":[{\"name\":\"a\"}]}", "{\"parts\":[{\"$patch\":\"replace\",\"name\":\"x\"},{\"name\":\"b\"},{\"$patch\":\"delete\",\"name\":\"c\"}]}",
        "{\"parts\":[{\"name\":\"b\"}]}")]
    [InlineData("a list replaced by nothing", "{\"parts\":[{\"name\":\"a\"}]}", "{\"parts\":[{\"$patch\":\"replace\"}]}",
        "{\"parts\":[]}")]
    [InlineData("delete a map", "{\"template\":{\"name\":\"a\"}}", "{\"template\":{\"$patch\":\"delete\",\"name\":\"b\"}}",
        "{\"template\":{}}")]
    [InlineData("replace the whole", "{\"replicas\":1,\"paused\":true}", "{\"$patch\":\"replace\",\"replicas\":2}",
        "{\"replicas\":2}")]
    [InlineData("delete what is not there", "{\"parts\":[{\"name\":\"a\"}]}", "{\"parts\":[{\"$patch\":\"delete\",\"name\":\"z\"}]}",
        "{\"parts\":[{\"name\":\"a\"}]}")]
    [InlineData("delete and make again", "{\"parts\":[{\"name\":\"a\",\"image\":\"1\"}]}", "{\"parts\":[{\"name\":\"a\",\"image\":\"2\"},{\"$patch\":\"delete\",\"name\":\"a\"}]}",
        "{\"parts\":[{\"name\":\"a\",\"image\":\"2\"}]}")]
    [InlineData("retain keys keeps what the patch leaves alone", "{\"strategy\":{\"type\":\"R\",\"rolling\":{\"name\":\"x\"}}}", "{\"strategy\":{\"$retainKeys\":[\"type\",\"rolling\"],\"rolling\":{\"image\":\"i\"}}}",
        "{\"strategy\":{\"type\":\"R\",\"rolling\":{\"name\":\"x\",\"image\":\"i\"}}}")]
    [InlineData("retain keys of nothing", "{\"strategy\":{\"type\":\"R\"}}", "{\"strategy\":{\"$retainKeys\":[]}}",
        "{\"strategy\":{}}")]
    [InlineData("retain keys and null", "{\"strategy\":{\"type\":\"R\",\"rolling\":{\"name\":\"x\"}}}", "{\"strategy\":{\"$retainKeys\":[\"type\"],\"type\":\"S\",\"rolling\":null}}",
        "{\"strategy\":{\"type\":\"S\"}}")]
    [InlineData("order with a deletion", "{\"parts\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\"}]}", "{\"$setElementOrder/parts\":[{\"name\":\"c\"},{\"name\":\"a\"}],\"parts\":[{\"$patch\":\"delete\",\"name\":\"b\"}]}",
        "{\"parts\":[{\"name\":\"c\"},{\"name\":\"a\"}]}")]
    [InlineData("what the order does not name stays before what followed it", "{\"parts\":[{\"name\":\"1\"},{\"name\":\"2\"},{\"name\":\"3\"},{\"name\":\"4\"}]}", "{\"$setElementOrder/parts\":[{\"name\":\"4\"},{\"name\":\"1\"}]}",
        "{\"parts\":[{\"name\":\"2\"},{\"name\":\"3\"},{\"name\":\"4\"},{\"name\":\"1\"}]}")]
    [InlineData("order, addition and deletion of scalars", "{\"tags\":[\"a\",\"b\",\"c\"]}", "{\"$setElementOrder/tags\":[\"c\",\"d\"],\"$deleteFromPrimitiveList/tags\":[\"a\",\"b\"],\"tags\":[\"d\"]}",
        "{\"tags\":[\"c\",\"d\"]}")]
    [InlineData("order of what is not there", "{}", "{\"$setElementOrder/parts\":[{\"name\":\"a\"}]}",
        "{}")]
    [InlineData("delete from a list that is not there", "{}", "{\"$deleteFromPrimitiveList/tags\":[\"a\"]}",
        "{}")]
    [InlineData("another type is taken as it is", "{\"template\":{\"name\":\"a\"}}", "{\"template\":\"x\"}",
        "{\"template\":\"x\"}")]
    public void Strategic_merge(string row, string target, string patch, string expected) =>
        Assert.Equal(expected, StrategicMergePatch.Apply(Json(target).AsObject(), Json(patch).AsObject(), Spec).ToJsonString() is var got && got == expected ? expected : $"{row}: {got}");

    [Theory]
    [InlineData("{\"parts\":[{\"image\":\"a\"}]}", "does not contain declared merge key: name")]
    [InlineData("{\"template\":{\"$patch\":\"frob\"}}", "unknown patch type 'frob' in map")]
    [InlineData("{\"parts\":[{\"name\":\"a\",\"$patch\":\"frob\"}]}", "unknown patch type 'frob' in list")]
    [InlineData("{\"strategy\":{\"$retainKeys\":[\"rolling\"],\"type\":\"x\"}}", "retainKeys")]
    [InlineData("{\"$setElementOrder/parts\":3}", "is not a list")]
    [InlineData("{\"$deleteFromPrimitiveList/tags\":3}", "is not a list")]
    [InlineData("{\"$setElementOrder/parts\":[{\"name\":\"a\"},{\"name\":\"b\"}],\"parts\":[{\"name\":\"b\"},{\"name\":\"a\"}]}", "doesn't match $setElementOrder list")]
    [InlineData("{\"$setElementOrder/parts\":[{\"name\":\"a\"}],\"parts\":[{\"name\":\"b\"}]}", "doesn't match $setElementOrder list")]
    [InlineData("{\"$setElementOrder/tags\":[\"a\"],\"tags\":[\"b\"]}", "doesn't match $setElementOrder list")]
    [InlineData("{\"strategy\":{\"$retainKeys\":\"type\"}}", "invalid patch format of retainKeys")]
    [InlineData("{\"strategy\":{\"$patch\":3}}", "is not a string")]
    public void Strategic_merge_refuses(string patch, string words) =>
        Assert.Contains(words, Assert.Throws<PatchException>(() => StrategicMergePatch.Apply([], Json(patch).AsObject(), Spec)).Message);
}
