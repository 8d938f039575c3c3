import CohortConfiguration
import EligibilityCore
import MessageCoding
import RPC
import Testing

@testable import TrialGateServices

@Suite struct DescribeProtocolTests {
  private static let digest =
    (try? BuiltInConfiguration.load())?.trials.first?.versions.first?.digest ?? ""

  /// A request with texts by the numbers of their fields; each shorter than 128 bytes.
  private static func request(_ fields: KeyValuePairs<UInt8, String> = [:]) -> [UInt8] {
    fields.flatMap { [$0.key << 3 | 2, UInt8($0.value.utf8.count)] + Array($0.value.utf8) }
  }

  private static func describe(_ request: [UInt8]) throws -> [UInt8] {
    let service = EligibilityService(configuration: try BuiltInConfiguration.load())
    return Array(try service.describe(request.span).dropFirst(ResponseMessage.prefixLength))
  }

  private static func status(_ request: [UInt8]) throws -> RPCStatus? {
    do {
      _ = try describe(request)
      return nil
    } catch let status as RPCStatus {
      return status
    }
  }

  /// The definition is the loaded document's, byte by byte, with the digest of these bytes.
  @Test func theDefinitionIsThatOfTheDocument() throws {
    let text = try #require(EmbeddedResources.definitions.first).text
    let document = try DefinitionDocument(text)
    let answer = try Self.describe(Self.request())
    #expect(
      answer
        == DescriptionMessages.bytes(
          of: document.canonicalBytes, digest: Digest.sha256(document.canonicalBytes), language: "")
    )
    for request in [
      Self.request([1: "nct06373081", 2: "2024-04-17"]), Self.request([3: Self.digest]),
      Self.request([4: "changzheng", 5: "2025-03-15"]),
    ] {
      #expect(try Self.describe(request) == answer)
    }
  }

  @Test func oneLanguageIsLess() throws {
    let all = try Self.describe(Self.request())
    let chinese = try Self.describe(Self.request([6: "zh"]))
    let none = try Self.describe(Self.request([6: "de"]))
    #expect(chinese.count < all.count && none.count < chinese.count)
    #expect(String(decoding: chinese, as: UTF8.self).contains("年满18岁"))
    #expect(!String(decoding: chinese, as: UTF8.self).contains("At least 18 years old"))
  }

  /// Readings that the server was given are part of what it describes.
  @Test func readingsAreDescribed() throws {
    let reading = Reading(knob: "window.bounds", value: "half_open")
    let configuration = try BuiltInConfiguration.load(readings: [reading])
    let service = EligibilityService(configuration: configuration)
    let answer = try service.describe(Self.request().span)
    let digest = try #require(configuration.trials.first?.versions.first?.digest)
    #expect(digest != Self.digest)
    #expect(String(decoding: answer, as: UTF8.self).contains(digest))
  }

  static let failures: [(fields: KeyValuePairs<UInt8, String>, code: StatusCode, field: String)] = [
    ([1: "nct00000000"], .notFound, "trial"), ([2: "2000-01-01"], .notFound, "protocol_version"),
    ([3: String(repeating: "0", count: 64)], .notFound, "protocol_digest"),
    ([4: "nowhere"], .notFound, "site"), ([3: "0"], .invalidArgument, "protocol_digest"),
    ([5: "2025-02-29"], .invalidArgument, "index_date"),
    ([5: "2025-02"], .invalidArgument, "index_date"),
    ([6: "en_GB"], .invalidArgument, "language"),
  ]

  /// The status names the field, never the value.
  @Test(arguments: failures.indices) func whatIsWrongIsNamed(_ index: Int) throws {
    let row = Self.failures[index]
    let status = try #require(try Self.status(Self.request(row.fields)))
    #expect(status.code == row.code)
    #expect(status.message.hasPrefix("\(row.field): "))
    for value in row.fields.map(\.value) where value.count > 2 {
      #expect(!status.message.contains(value))
    }
  }

  @Test func bytesThatAreNoRequestAreRefused() throws {
    #expect(try Self.status([0x0A, 0x05, 0x61])?.code == .invalidArgument)
    #expect(try Self.status([0x0A, 0x01, 0xFF])?.code == .invalidArgument)
  }
}
