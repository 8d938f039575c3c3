import CohortConfiguration
import EligibilityCore
import Foundation
import MessageCoding
import RPC
import Synchronization
import Testing
import TrialGateServices

/// Configurations that take each other's place under load. `TRIALGATE_SWAP_SECONDS` says how long; default 2.
@Suite(.timeLimit(.minutes(3))) struct ConfigurationSwapTests {
  /// The eligible patient's haemoglobin is 104 g/L: eligible where 60 are asked for, not where 110 are.
  private static func configurations() throws -> [PublishedConfiguration] {
    let text = try #require(EmbeddedResources.definitions.first).text
    let limit =
      #"operator: COMPARISON_OPERATOR_GREATER_OR_EQUAL, value: {value: "60", unit: "g/L"}"#
    let other = text.replacing(limit, with: limit.replacing("60", with: "110"))
    #expect(text != other)
    return try [text, other].map { try BuiltInConfiguration.load(definition: $0, name: "test") }
  }

  private final class Seen: Sendable {
    let counts = Mutex<[String: Int]>([:])

    func add(_ what: String) { counts.withLock { $0[what, default: 0] += 1 } }

    var count: Int { counts.withLock(\.count) }
  }

  @Test func everyAnswerIsOfOneConfiguration() async throws {
    let seconds =
      ProcessInfo.processInfo.environment["TRIALGATE_SWAP_SECONDS"].flatMap(Double.init) ?? 2
    let both = try Self.configurations()
    let request = try Examples.bytes()
    // What each of them answers, byte for byte.
    let answers = both.map { configuration in
      (try? EligibilityService(configuration: configuration).evaluate(request.span)).map {
        Array($0.dropFirst(ResponseMessage.prefixLength))
      } ?? []
    }
    let verdicts = try answers.map { try EligibilityMessages.answer($0).verdict }
    #expect(verdicts.map(\.outcome) == [.eligible, .ineligible])
    #expect(verdicts[0].protocolDigest != verdicts[1].protocolDigest)

    let current = CurrentConfiguration(both[0])
    var router = ServiceRouter()
    var limits = ServerConfiguration()
    limits.threads = 2
    EligibilityService(current: current, eventLoops: limits.threads).register(with: &router)
    limits.maximumLagMilliseconds = 60_000
    let server = try await GRPCServer.start(
      at: "127.0.0.1:0", router: router, configuration: limits)
    let client = try await GRPCClient.connect(to: "127.0.0.1:\(server.port)")
    let isOver = Atomic<Bool>(false)
    let swaps = Atomic<Int>(0)
    let swapper = Thread {
      var index = 0
      while !isOver.load(ordering: .relaxed) {
        index = 1 - index
        current.publish(both[index])
        swaps.add(1, ordering: .relaxed)
        Thread.sleep(forTimeInterval: 0.001)
      }
    }
    swapper.start()
    let seen = Seen()
    let end = ContinuousClock.now + .seconds(seconds)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<16 {
        group.addTask {
          // On a machine that has much else to do it takes longer until each has been seen.
          while ContinuousClock.now < end || seen.count < 2 {
            do {
              let answer = try await client.unary(
                ContractNames.evaluate, request,
                options: CallOptions(timeoutMilliseconds: 60_000))
              let index = answers.firstIndex(of: answer.message)
              seen.add(index.map { "answer \($0)" } ?? "mixture")
            } catch {
              seen.add("\(error)")
            }
          }
        }
      }
    }
    isOver.store(true, ordering: .relaxed)
    await server.drain()
    let counts = seen.counts.withLock { $0 }
    print("swapped \(swaps.load(ordering: .relaxed)) times; \(counts)")
    #expect(Set(counts.keys) == ["answer 0", "answer 1"], "\(counts)")
    #expect(swaps.load(ordering: .relaxed) > Int(seconds * 100))
  }
}
