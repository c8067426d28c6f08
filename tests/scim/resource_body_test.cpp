#include "tests/scim/documents.h"

namespace rollcall::scim {
namespace {

/// The canonical document as text, or the fault with its detail.
std::string canonical(std::string_view body, const Quirks& quirks = lenient(),
                      const ResourceType& type = user_type()) {
  auto document = canonicalize(value(body), type, quirks);
  if (!document) {
    return std::string(name(document.error().fault())) + ": " + document.error().detail();
  }
  document->erase("schemas");
  return json::write(*document);
}

TEST(ScimResourceBody, IsCanonicalWhateverTheClientSent) {
  const struct {
    const char* what;
    const char* body;
    const char* document;
  } cases[] = {
      {"names in the schema's case (RFC 7643 §2.1)",
       R"({"USERNAME":"a","Name":{"FAMILYname":"b"},"Emails":[{"Value":"c","Primary":true}]})",
       R"({"userName":"a","name":{"familyName":"b"},"emails":[{"value":"c","primary":true}]})"},
      {"null, [] and {} are no value (RFC 7643 §2.5)",
       R"({"userName":"a","addresses":null,"roles":[],"name":{},"title":null,"emails":[null,{}],"nickName":[]})",
       R"({"userName":"a"})"},
      {"readOnly attributes are ignored (RFC 7644 §3.3)",
       R"({"userName":"a","id":"1","groups":[{"value":"g"}],"meta":{"resourceType":"X"}})",
       R"({"userName":"a"})"},
      {"a password is accepted and not kept (zitadel#10009)",
       R"({"userName":"a","password":"t1meMa$heen"})", R"({"userName":"a"})"},
      {"unknown attributes and URNs are dropped",
       R"({"userName":"a","favourite":1,"urn:example:2.0:User":{"x":1},"name":{"shoe":1,"givenName":"b"}})",
       R"({"userName":"a","name":{"givenName":"b"}})"},
      {"booleans may be text",
       R"({"userName":"a","active":"False","roles":[{"value":"r","primary":"True"}]})",
       R"({"userName":"a","active":false,"roles":[{"value":"r","primary":true}]})"},
      {"extension URN in any case",
       R"({"userName":"a","urn:ietf:params:scim:schemas:extension:ENTERPRISE:2.0:User":{"Department":"d","shoe":1}})",
       R"({"userName":"a","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"d"}})"},
      {"an extension without values is absent",
       R"({"userName":"a","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":null}})",
       R"({"userName":"a"})"},
      {"manager as text (directory-scimple#1242)",
       R"({"userName":"a","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":"m"}})",
       R"({"userName":"a","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"m"}}})"},
      {"manager as array, its readOnly displayName dropped",
       R"({"userName":"a","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":[{"$ref":"r","value":"m","displayName":"d"}]}})",
       R"({"userName":"a","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"$ref":"r","value":"m"}}})"},
      {"manager cleared by an empty value",
       R"({"userName":"a","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":""},"department":"d"}})",
       R"({"userName":"a","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"d"}})"},
      {"one value instead of an array, text instead of an object",
       R"({"userName":"a","emails":{"value":"b"},"roles":"admin"})",
       R"({"userName":"a","emails":[{"value":"b"}],"roles":[{"value":"admin"}]})"},
      {"primary at most once, the last one wins (RFC 7643 §2.4)",
       R"({"userName":"a","emails":[{"value":"b","primary":true},{"value":"c","primary":true}]})",
       R"({"userName":"a","emails":[{"value":"b","primary":false},{"value":"c","primary":true}]})"},
      {"an element that says nothing is primary to nobody",
       R"({"userName":"a","emails":[{"value":"b","primary":true},{"type":"x","primary":true}]})",
       R"({"userName":"a","emails":[{"value":"b","primary":true}]})"},
      {"the same (type, value) once (RFC 7643 §2.4)",
       R"({"userName":"a","emails":[{"value":"b","type":"work"},{"value":"b","type":"home"},{"value":"b","type":"work","primary":true}]})",
       R"({"userName":"a","emails":[{"value":"b","type":"work","primary":true},{"value":"b","type":"home"}]})"},
      {"an element that says nothing is dropped",
       R"({"userName":"a","phoneNumbers":[{"type":"work","value":null},{"type":"fax","value":"1"}]})",
       R"({"userName":"a","phoneNumbers":[{"type":"fax","value":"1"}]})"},
      {"junk of Microsoft's validator",
       R"({"userName":"a","profileUrl":"XVF8","locale":"zz","timezone":"Mars","addresses":[{"country":"Sierra Leone","type":"work"}]})",
       R"({"userName":"a","profileUrl":"XVF8","locale":"zz","timezone":"Mars","addresses":[{"country":"Sierra Leone","type":"work"}]})"},
      {"JSON in text stays text (Entra's role assignments)",
       R"({"userName":"a","roles":[{"value":"{\"id\":\"1\",\"value\":\"Admin\"}"}]})",
       R"({"userName":"a","roles":[{"value":"{\"id\":\"1\",\"value\":\"Admin\"}"}]})"},
      {"externalId is the client's", R"({"userName":"a","externalId":"E-1"})",
       R"({"userName":"a","externalId":"E-1"})"},
  };
  for (const auto& [what, body, document] : cases) EXPECT_EQ(canonical(body), document) << what;
}

TEST(ScimResourceBody, IsRefusedWithTheNameOfTheAttribute) {
  const struct {
    const char* body;
    const char* refusal;
  } cases[] = {
      {R"([])", "invalid_syntax: The body must be a JSON object."},
      {R"("x")", "invalid_syntax: The body must be a JSON object."},
      {R"({})", "invalid_value: userName is required"},
      {R"({"userName":""})", "invalid_value: userName is required"},
      {R"({"userName":"  "})", "invalid_value: userName is required"},
      {R"({"userName":null})", "invalid_value: userName is required"},
      {R"({"userName":1})", "invalid_value: userName must be a string"},
      {R"({"userName":["a"]})", "invalid_value: userName must be a string"},
      {R"({"userName":"a","UserName":"b"})", "invalid_syntax: userName appears twice"},
      {R"({"userName":"a","name":{"givenName":"b","GIVENNAME":"c"}})",
       "invalid_syntax: name.givenName appears twice"},
      {R"({"userName":"a","active":"yes"})", "invalid_value: active must be true or false"},
      {R"({"userName":"a","active":1})", "invalid_value: active must be true or false"},
      {R"({"userName":"a","name":"Babs"})", "invalid_value: name must be an object"},
      {R"({"userName":"a","emails":[1]})", "invalid_value: emails must be an object"},
      {R"({"userName":"a","emails":[{"value":{"x":1}}]})",
       "invalid_value: emails.value must be a string"},
      {R"({"userName":"a","x509Certificates":[{"value":"<no>"}]})",
       "invalid_value: x509Certificates.value must be base64"},
      {R"({"userName":"a","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":"x"})",
       "invalid_value: urn:ietf:params:scim:schemas:extension:enterprise:2.0:User must be an "
       "object"},
      {R"({"userName":"a","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":7}})",
       "invalid_value: urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department must "
       "be "
       "a string"},
      {R"({"userName":"a","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{},"URN:ietf:params:scim:schemas:extension:enterprise:2.0:User":{}})",
       "invalid_syntax: urn:ietf:params:scim:schemas:extension:enterprise:2.0:User appears twice"},
  };
  for (const auto& [body, refusal] : cases) {
    EXPECT_TRUE(canonical(body).starts_with(refusal)) << body << " gave " << canonical(body);
  }
}

TEST(ScimResourceBody, IsBoundedInValuesAndText) {
  json::Array emails;
  for (std::size_t i = 0; i <= max_values; ++i) {
    emails.push_back(json::Object{{"value", std::to_string(i)}});
  }
  const auto many =
      canonicalize(json::Object{{"userName", "a"}, {"emails", emails}}, user_type(), lenient());
  EXPECT_EQ(many.error().fault(), Fault::invalid_value);
  emails.pop_back();
  EXPECT_TRUE(canonicalize(json::Object{{"userName", "a"}, {"emails", std::move(emails)}},
                           user_type(), lenient()));
  const std::string text(max_string_length + 1, 'x');
  EXPECT_EQ(canonicalize(json::Object{{"userName", text}}, user_type(), lenient()).error().fault(),
            Fault::invalid_value);
}

TEST(ScimResourceBody, SchemasSayWhatIsPresent) {  // RFC 7643 §3
  const auto schemas = [](std::string_view body) {
    auto document = canonicalize(value(body), user_type(), lenient());
    return json::write(*document->find("schemas"));
  };
  const std::string core = R"(["urn:ietf:params:scim:schemas:core:2.0:User"])";
  EXPECT_EQ(schemas(R"({"userName":"a"})"), core);
  EXPECT_EQ(schemas(R"({"userName":"a","schemas":["urn:ietf:params:scim:schemas:core:2.0:User",
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]})"),
            core);
  EXPECT_EQ(schemas(R"({"userName":"a","schemas":[],
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"division":"x"}})"),
            R"(["urn:ietf:params:scim:schemas:core:2.0:User",)"
            R"("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"])");
}

TEST(ScimResourceBody, EntraGroupUrnIsDropped) {  // spec/scim 1.2
  const std::string body = R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group",
      "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
      "displayName":"g","externalId":"x","meta":{"resourceType":"Group"}})";
  EXPECT_EQ(canonical(body, lenient(), group_type()), R"({"displayName":"g","externalId":"x"})");
  EXPECT_TRUE(canonical(body, strict(), group_type()).starts_with("invalid_value: schemas names"));
}

TEST(ScimResourceBody, StrictModeHoldsToTheLetter) {
  const std::string schemas = R"("schemas":["urn:ietf:params:scim:schemas:core:2.0:User"])";
  const auto refused = [&](const std::string& members) {
    return canonical('{' + members + '}', strict());
  };
  EXPECT_TRUE(refused(R"("userName":"a")").starts_with("invalid_value: schemas"));
  EXPECT_TRUE(refused(R"("userName":"a","schemas":[])").starts_with("invalid_value: schemas"));
  EXPECT_TRUE(refused(R"("userName":"a","schemas":["urn:ietf:params:scim:schemas:core:2.0:User",)"
                      R"("URN:ietf:params:scim:schemas:core:2.0:User"])")
                  .starts_with("invalid_value: schemas names a schema twice"));
  EXPECT_TRUE(refused(schemas + R"(,"userName":"a","active":"True")").starts_with("invalid_value"));
  EXPECT_TRUE(refused(schemas + R"(,"userName":"a","emails":{"value":"b"})")
                  .starts_with("invalid_value: emails must be an array"));
  EXPECT_EQ(refused(schemas + R"(,"userName":"a","unknown":1)"), R"({"userName":"a"})");
}

TEST(ScimResourceBody, InteropModeRefusesWhatIsUnknown) {  // draft-zollner-scim-interop-profile
  const std::string start =
      R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a",)";
  for (const char* rest : {R"("unknown":1})", R"("urn:example:x":{}})", R"("name":{"shoe":1}})"}) {
    EXPECT_TRUE(canonical(start + rest, interop()).starts_with("invalid_syntax")) << rest;
  }
}

TEST(ScimResourceBody, CanonicalizationIsIdempotent) {
  for (
      const char* body :
      {R"({"USERNAME":"a","emails":[{"value":"b","primary":"True"},{"value":"c","primary":true},{"type":"x"}]})",
       R"({"userName":"a","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":"m"}})"}) {
    auto once = canonicalize(value(body), user_type(), lenient());
    ASSERT_TRUE(once);
    auto again = canonicalize(json::Value(*once), user_type(), strict());
    ASSERT_TRUE(again) << again.error().detail();
    EXPECT_EQ(json::write(*once), json::write(*again));
  }
}

}  // namespace
}  // namespace rollcall::scim
