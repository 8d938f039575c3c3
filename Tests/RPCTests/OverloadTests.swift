import HTTP2
import ScriptedPeer
import Testing

@testable import RPC
@testable import Transport

/// What would only wait is refused at once, with word of when to come again.
@Suite struct OverloadTests {
  private let load = LoopLoad()

  private func table(_ adjust: (inout ServerConfiguration) -> Void = { _ in }) -> ServerTable {
    var configuration = ServerConfiguration()
    adjust(&configuration)
    var router = ServiceRouter.echo
    HealthService.register(with: &router, state: HealthState(services: []))
    return ServerTable(configuration, router: router, load: load)
  }

  private func isShed(_ answer: Conversation.Received) -> Bool {
    answer.field("grpc-status") == "14" && answer.field("grpc-retry-pushback-ms") == "1000"
  }

  @Test(arguments: [UInt64(1_000), 50]) func aLoopThatIsBehindRefusesCalls(_ limit: UInt64) {
    let table = table { $0.maximumLagMilliseconds = limit }
    load.set(nanosecondsBehind: limit * 1_000_000)
    #expect(table.call(1).field("grpc-status") == "0")
    load.set(nanosecondsBehind: limit * 1_000_000 + 1)
    #expect(isShed(table.call(3)))
    #expect(table.counters.callsShed == 1)
    // A balancer that got no answer would take the server away, and leave more to the others.
    #expect(table.call(5, "/grpc.health.v1.Health/Check", []).field("grpc-status") == "0")
    load.set(nanosecondsBehind: 0)
    #expect(table.call(7).field("grpc-status") == "0")
    #expect(table.counters.openStreams == 0 && table.counters.heldBytes == 0)
  }

  @Test(arguments: [3, 1]) func soManyCallsAreOpenAndOneMoreIsRefused(_ limit: Int) {
    let table = table { $0.maximumCalls = limit }
    for index in 0..<Int32(limit) {
      table.send(Script.headers(2 * index + 1, Script.call("/test.Echo/Echo")))
    }
    #expect(table.counters.openStreams == limit)
    let next = Int32(2 * limit + 1)
    #expect(isShed(table.call(next)))
    #expect(table.call(next + 2, "/grpc.health.v1.Health/Check", []).field("grpc-status") == "0")
    table.send(Script.data(1, Script.message([1]), endStream: true))
    #expect(table.client[1].field("grpc-status") == "0")
    #expect(table.call(next + 4).field("grpc-status") == "0")
  }

  /// What unfinished requests hold counts over all connections.
  @Test func soMuchIsHeldAndNoMore() {
    let table = table { $0.maximumHeldBytes = 50_000 }
    let message = Script.message([UInt8](repeating: 1, count: 60_000))
    table.send(Script.headers(1, Script.call("/test.Echo/Echo")))
    let beginning = message.prefix(56_000)
    for start in stride(from: 0, to: beginning.count, by: 14_000) {
      table.send(Script.data(1, Array(beginning[start..<min(start + 14_000, beginning.count)])))
    }
    #expect(table.counters.heldBytes == 56_000)
    #expect(isShed(table.call(3)))
    table.send(Script.data(1, Array(message.suffix(4_005))))
    #expect(isShed(table.client[1]), "what holds too much is given up")
    #expect(table.counters.heldBytes == 0)
    #expect(table.call(5).field("grpc-status") == "0")
  }

  @Test func whatAClosedConnectionHeldIsGivenBack() {
    let table = table()
    table.send(
      Script.headers(1, Script.call("/test.Echo/Echo")) + Script.data(1, [0, 0, 0, 0, 9, 1, 2]))
    #expect(table.counters.heldBytes == 7)
    table.close()
    #expect(table.counters.heldBytes == 0 && table.counters.openStreams == 0)
  }

  // MARK: The end of a connection

  @Test func aWatchEndsWhenItsConnectionDrains() {
    let table = table()
    table.send(
      Script.headers(1, Script.call("/grpc.health.v1.Health/Watch"))
        + Script.data(1, Script.message([]), endStream: true))
    #expect(table.messages(1).count == 1 && !table.client[1].isEnded)
    table.send(Script.headers(3, Script.call("/test.Echo/Echo")))
    table.connection.drainBegan()
    table.flush()
    #expect(table.client[1].field("grpc-status") == "14")
    #expect(!table.client[3].isEnded, "a call with an end of its own goes on to it")
    table.connection.endCalls()
    table.flush()
    #expect(table.client[3].field("grpc-status") == "14" && table.client[3].isEnded)
    #expect(table.counters.openStreams == 0)
  }

  @Test func whoTheClientIsReachesTheHandler() {
    let seen = Seen()
    var router = ServiceRouter()
    router.unary(service: "test.Who", method: "Am") { _, context in
      seen.identity = context.clientIdentity
      return .message(ResponseMessage(withPrefix: [0, 0, 0, 0, 0]))
    }
    let table = ServerTable(router: router)
    _ = table.call(1, "/test.Who/Am")
    #expect(seen.identity == nil)
    table.connection.peerIdentified(
      PeerIdentity(subject: "CN=ehr,O=H", uris: ["spiffe://h/ehr"], dnsNames: ["ehr.h"]))
    _ = table.call(3, "/test.Who/Am")
    #expect(
      seen.identity
        == ClientIdentity(subject: "CN=ehr,O=H", uris: ["spiffe://h/ehr"], dnsNames: ["ehr.h"]))
  }

  private final class Seen: @unchecked Sendable {
    var identity: ClientIdentity?
  }
}
