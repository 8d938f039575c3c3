internal import ArgumentParser
internal import RPC

/// `interop-client`: the client's half of gRPC's interoperability cases. It is no part of the product.
@main struct InteropClient: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "interop-client",
    abstract: "Runs interoperability cases of gRPC against a server of grpc.testing.TestService.",
    discussion: """
      Prints one line for each case, `ok NAME` or `FAILED NAME: why`, and ends with 1 where one failed.

      Example: interop-client --server 127.0.0.1:10000 empty_unary ping_pong
      """)

  @Option(help: "HOST:PORT of a server; may be repeated, calls then go to them in turn.")
  var server: [String] = ["127.0.0.1:10000"]

  @Option(help: "Authorities in PEM of which the server must show a certificate; encrypts.")
  var serverCa: String?

  @Option(help: "Name that the server's certificate must have, instead of its host.")
  var serverName: String?

  @Option(help: "Certificate of the client, in PEM; with --key.")
  var cert: String?

  @Option(help: "Private key of --cert in PEM.")
  var key: String?

  @Option(help: "How requests are compressed where a case wants it: gzip or deflate.")
  var encoding = "gzip"

  @Flag(help: "Compress the requests of all cases.")
  var compress = false

  @Option(help: "Calls of the soak cases.")
  var soak = 200

  @Option(help: "Seconds of steady_unary.")
  var seconds = 2.0

  @Argument(help: "Cases; without any, all of them.")
  var cases: [String] = []

  func validate() throws {
    let unknown = cases.filter { InteropCases.all[$0] == nil }
    guard unknown.isEmpty else {
      throw ValidationError(
        "unknown cases: \(unknown.joined(separator: ", ")); known are "
          + InteropCases.all.keys.sorted().joined(separator: ", "))
    }
    guard MessageEncoding(rawValue: encoding) != nil else {
      throw ValidationError("--encoding takes gzip or deflate")
    }
  }

  func run() async throws {
    var configuration = ClientConfiguration()
    if serverCa != nil || cert != nil {
      configuration.tls = ClientTLS(
        authorityFile: serverCa, certificateFile: cert, keyFile: key, serverName: serverName)
    }
    if compress { configuration.encoding = MessageEncoding(rawValue: encoding) }
    let runner = InteropCases(
      servers: server, configuration: configuration,
      encoding: MessageEncoding(rawValue: encoding) ?? .gzip, soakCalls: soak, seconds: seconds)
    var failed = false
    for name in cases.isEmpty ? InteropCases.all.keys.sorted() : cases {
      guard let body = InteropCases.all[name] else { continue }
      do {
        try await body(runner)
        print("ok \(name)")
      } catch {
        failed = true
        print("FAILED \(name): \(error)")
      }
    }
    if failed { throw ExitCode(1) }
  }
}
