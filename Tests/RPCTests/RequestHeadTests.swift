import MessageCompression
import Testing

@testable import RPC

@Suite struct RequestHeadTests {
  private static func head(_ fields: [(String, String)]) -> RequestHead {
    var head = RequestHead()
    for (name, value) in fields { head.add(Array(name.utf8).span, Array(value.utf8).span) }
    return head
  }

  static let contentTypes: [(value: String, isGRPC: Bool)] = [
    ("application/grpc", true), ("application/grpc+proto", true), ("application/grpc+json", true),
    ("application/grpc;charset=utf-8", true), ("application/grpc ; x=y", true),
    ("application/grpcfoo", false), ("application/grpc-web", false), ("application/grp", false),
    ("application/json", false), ("text/plain", false), ("", false),
    (" application/grpc", false),
  ]

  @Test(arguments: contentTypes.indices) func contentTypesAreTold(_ index: Int) {
    let row = Self.contentTypes[index]
    let head = Self.head([("content-type", row.value)])
    #expect(head.contentType == (row.isGRPC ? .grpc : .other), "\(row.value)")
  }

  @Test func withoutAContentTypeThereIsNone() {
    #expect(Self.head([(":method", "POST")]).contentType == .none)
  }

  @Test func methodAndPathAreKeptAsTheyAre() {
    let head = Self.head([(":method", "POST"), (":path", "/a.B/C?d=%20")])
    #expect(head.method == Array("POST".utf8) && head.path == Array("/a.B/C?d=%20".utf8))
  }

  @Test(arguments: [("250m", UInt64(250_000_000)), ("0n", 0)]) func aTimeoutIsRead(
    _ text: String, _ nanoseconds: UInt64
  ) {
    let head = Self.head([("grpc-timeout", text)])
    #expect(head.timeoutNanoseconds == nanoseconds && !head.hasBadTimeout)
  }

  @Test func aTimeoutThatDoesNotFollowTheGrammarIsMarked() {
    let head = Self.head([("grpc-timeout", "1 s")])
    #expect(head.timeoutNanoseconds == nil && head.hasBadTimeout)
    #expect(!Self.head([]).hasBadTimeout)
  }

  @Test func aBadTimeoutIsNotMadeGoodByASecondOne() {
    #expect(Self.head([("grpc-timeout", "x"), ("grpc-timeout", "1S")]).hasBadTimeout)
    #expect(Self.head([("grpc-timeout", "1S"), ("grpc-timeout", "x")]).hasBadTimeout)
  }

  @Test(
    arguments: [
      ("identity", "identity"), ("gzip", "gzip"), ("deflate", "deflate"), ("snappy", "unknown"),
      ("GZIP", "unknown"), ("", "unknown"), ("gzip, deflate", "unknown"),
    ])
  func anEncodingIsIdentityGzipOrDeflate(_ value: String, _ expected: String) {
    let found =
      switch Self.head([("grpc-encoding", value)]).encoding {
      case .identity: "identity"
      case .algorithm(let algorithm): algorithm.rawValue
      case .unknown: "unknown"
      }
    #expect(found == expected)
  }

  @Test func whatTheClientTakesIsInItsOrder() {
    let head = Self.head([
      ("grpc-accept-encoding", "identity, deflate ,br,gzip"), ("grpc-accept-encoding", "deflate"),
    ])
    #expect(head.accepted == [.deflate, .gzip, .deflate])
    #expect(Self.head([]).accepted.isEmpty)
  }

  @Test func aTraceParentIsReadAndStaysMetadata() {
    let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    let head = Self.head([("traceparent", text)])
    #expect(head.traceParent == TraceParent(parsing: text) && head.traceParent != nil)
    #expect(head.metadata.value(of: "traceparent") == text)
    #expect(Self.head([("traceparent", "00-0-0-0")]).traceParent == nil)
    #expect(Self.head([("traceparent", text), ("traceparent", text)]).traceParent == nil)
  }

  @Test func metadataIsWhatTheProtocolsDoNotUse() {
    let head = Self.head([
      (":method", "POST"), (":scheme", "http"), (":path", "/"), (":authority", "a"),
      ("te", "trailers"), ("content-type", "application/grpc"), ("user-agent", "x"),
      ("accept-encoding", "gzip"), ("grpc-accept-encoding", "gzip"), ("grpc-foo", "bar"),
      ("x-a", "1"), ("x-b-bin", "AAA"), ("x-a", "2"), ("authorization", "Bearer t"), ("", "empty"),
    ])
    #expect(
      head.metadata.fields.map { "\($0.name)=\($0.value)" } == [
        "x-a=1", "x-b-bin=AAA", "x-a=2", "authorization=Bearer t",
      ])
  }

  @Test(arguments: ["", "a", "abc", "abcd", "Abc"]) func spansAreComparedAsBytes(_ text: String) {
    let bytes = Array(text.utf8)
    let span = bytes.span
    let (isEqual, begins, isAnything) = (
      span.equals("abc"), span.starts(with: "ab"), span.starts(with: "")
    )
    let (copy, read) = (span.copy, span.text)
    #expect(isEqual == (text == "abc"))
    #expect(begins == text.hasPrefix("ab") && isAnything)
    #expect(copy == bytes && read == text)
  }
}
