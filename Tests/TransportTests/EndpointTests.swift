import Testing
import Transport

@Suite struct EndpointTests {
  static let valid: [(text: String, host: String, port: Int)] = [
    ("127.0.0.1:50051", "127.0.0.1", 50_051), ("localhost:0", "localhost", 0),
    ("[::1]:80", "::1", 80), ("[::]:65535", "::", 65_535), ("::1:80", "::1", 80),
    ("example.org:443", "example.org", 443),
  ]

  @Test(arguments: valid.indices) func anEndpointIsHostAndPort(_ index: Int) throws {
    let row = Self.valid[index]
    let endpoint = try Endpoint(parsing: row.text)
    #expect(endpoint == .tcp(host: row.host, port: row.port))
    #expect(try Endpoint(parsing: endpoint.description) == endpoint)
  }

  @Test func aUnixSocketIsAPath() throws {
    let endpoint = try Endpoint(parsing: "unix:/run/trialgate.sock")
    #expect(endpoint == .unix(path: "/run/trialgate.sock"))
    #expect(endpoint.description == "unix:/run/trialgate.sock")
    #expect(endpoint.authority == "localhost")
    let longest = "unix:" + String(repeating: "a", count: 107)
    #expect(try Endpoint(parsing: longest).description == longest)
  }

  @Test(arguments: ["unix:", "unix:" + String(repeating: "a", count: 108), "unix:a\0b"])
  func whatIsNoPathIsRefusedWithAnExample(_ text: String) {
    let error = #expect(throws: TransportError.self) { try Endpoint(parsing: text) }
    #expect(error?.description.contains("unix:/run/trialgate.sock") == true)
  }

  @Test(
    arguments: [
      "", "localhost", "localhost:", ":80", "[]:80", "localhost:65536", "localhost:-1",
      "localhost:http", "localhost:80 ", "localhost: 80",
    ])
  func whatIsNoEndpointIsRefusedWithAnExample(_ text: String) {
    let error = #expect(throws: TransportError.self) { try Endpoint(parsing: text) }
    #expect(error?.description.contains("127.0.0.1:50051") == true)
  }
}
