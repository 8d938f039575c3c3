import CohortConfiguration
import MessageCoding
import RPC
import Testing

@testable import TrialGateServices

/// Lists: pages, their tokens, filters and orders.
@Suite(.timeLimit(.minutes(3))) struct PageTests {
  /// A scene with sites `s00` to `s11` beside the bundled ones.
  private static func scene() async throws -> ConfigurationScene {
    let scene = try ConfigurationScene()
    for index in 0..<12 {
      scene.clock.advance(1_000)
      let id = index < 10 ? "s0\(index)" : "s\(index)"
      try await scene.call(
        .createSite,
        """
        {"parent": "trials/small", "siteId": "\(id)", "reason": "r",
         "site": {"displayName": "Site \(index % 3)"}}
        """)
    }
    return scene
  }

  private func list(
    _ scene: ConfigurationScene, _ more: String = "", parent: String = "trials/small"
  ) async throws -> (ids: [String], next: String) {
    let page = try await scene.call(.listSites, "{\"parent\": \"\(parent)\"\(more)}")
    let ids = page.member("sites")?.elements.map {
      String($0.member("name")?.text?.split(separator: "/").last ?? "")
    }
    return (ids ?? [], page.member("nextPageToken")?.text ?? "")
  }

  private static let created =
    ["north", "unnamed"] + (0..<12).map { $0 < 10 ? "s0\($0)" : "s\($0)" }

  @Test(arguments: [1, 2, 5, 13, 14, 15, 1_000, 2_147_483_647])
  func pagesTogetherAreTheList(_ size: Int) async throws {
    let scene = try await Self.scene()
    var ids: [String] = []
    var token = ""
    repeat {
      let page = try await list(scene, ", \"pageSize\": \(size), \"pageToken\": \"\(token)\"")
      #expect(page.ids.count <= size)
      ids += page.ids
      token = page.next
    } while !token.isEmpty
    #expect(ids == Self.created)
  }

  @Test func theDefaultIsFiftyAndNegativeSizesAreRefused() async throws {
    let scene = try await Self.scene()
    #expect(try await list(scene).ids.count == 14)
    #expect(try ConfigurationState.pageSize(0) == 50)
    #expect(try ConfigurationState.pageSize(1_001) == 1_000)
    let status = try await scene.refusal(
      .listSites, "{\"parent\": \"trials/small\", \"pageSize\": -1}")
    #expect(status?.fields == ["page_size": "OUT_OF_RANGE"])
  }

  @Test func whatIsCreatedBetweenPagesShiftsNothing() async throws {
    let scene = try await Self.scene()
    let order = ", \"orderBy\": \"id\", \"pageSize\": 5"
    let first = try await list(scene, order)
    try await scene.call(
      .createSite, "{\"parent\": \"trials/small\", \"siteId\": \"a\", \"reason\": \"r\"}")
    let second = try await list(scene, "\(order), \"pageToken\": \"\(first.next)\"")
    #expect(first.ids + second.ids == ["north"] + (0..<9).map { "s0\($0)" })
  }

  @Test func aTokenIsOfItsQueryAlone() async throws {
    let scene = try await Self.scene()
    try await scene.call(.createTrial, "{\"trialId\": \"other\", \"reason\": \"r\"}")
    let token = try await list(scene, ", \"pageSize\": 2").next
    let flipped = token.replacing(
      token.prefix(1), with: token.hasPrefix("0") ? "1" : "0", maxReplacements: 1)
    for request in [
      "\"parent\": \"trials/other\", \"pageToken\": \"\(token)\"",
      "\"parent\": \"trials/small\", \"pageToken\": \"\(token)\", \"filter\": \"id = north\"",
      "\"parent\": \"trials/small\", \"pageToken\": \"\(token)\", \"orderBy\": \"id\"",
      "\"parent\": \"trials/small\", \"pageToken\": \"\(flipped)\"",
      "\"parent\": \"trials/small\", \"pageToken\": \"\(token)00\"",
      "\"parent\": \"trials/small\", \"pageToken\": \"\(token.dropLast(2))\"",
      "\"parent\": \"trials/small\", \"pageToken\": \"\(token.uppercased())x\"",
      "\"parent\": \"trials/small\", \"pageToken\": \"?\"",
    ] {
      let status = try await scene.refusal(.listSites, "{\(request)}")
      #expect(status?.code == .invalidArgument, "\(request)")
      #expect(status?.fields == ["page_token": "PAGE_TOKEN_INVALID"], "\(request)")
    }
    // Another list of the same trial.
    let status = try await scene.refusal(
      .listCohorts, "{\"parent\": \"trials/small\", \"pageToken\": \"\(token)\"}")
    #expect(status?.fields == ["page_token": "PAGE_TOKEN_INVALID"])
    // A page of another size goes on where the first one ended.
    let rest = try await list(scene, ", \"pageSize\": 50, \"pageToken\": \"\(token)\"")
    #expect(rest.ids == Array(Self.created.dropFirst(2)))
  }

  @Test func everyFaultOfAQueryIsTold() async throws {
    let scene = try ConfigurationScene()
    let status = try await scene.refusal(
      .listSites,
      """
      {"parent": "small", "pageSize": -5, "filter": "colour = red", "orderBy": "colour"}
      """)
    #expect(
      status?.fields == [
        "parent": "NAME_MALFORMED", "page_size": "OUT_OF_RANGE", "filter": "FIELD_UNKNOWN",
        "order_by": "ORDER_MALFORMED",
      ])
  }

  @Test func filtersAndOrders() async throws {
    let scene = try await Self.scene()
    for (filter, order, expected) in [
      ("id = s03", "", ["s03"]), ("id : \\\"s1\\\"", "", ["s10", "s11"]),
      ("id >= s08 AND id < t", "id desc", ["s11", "s10", "s09", "s08"]),
      ("display_name = \\\"Site 1\\\"", "", ["s01", "s04", "s07", "s10"]),
      ("display_name = \\\"Site 1\\\" AND id != s04", "id desc", ["s10", "s07", "s01"]),
      ("id > s05", "display_name, id desc", ["s09", "s06", "s10", "s07", "s11", "s08", "unnamed"]),
      ("state = PAUSED", "", []),
    ] {
      let found = try await list(scene, ", \"filter\": \"\(filter)\", \"orderBy\": \"\(order)\"")
      #expect(found.ids == expected, "\(filter) by \(order)")
    }
  }

  @Test func theHistoryComesInPagesToo() async throws {
    let scene = try await Self.scene()
    var sequences: [String] = []
    var token = ""
    let filter = "\"filter\": \"action = CreateSite AND sequence >= 4\", \"pageSize\": 4"
    repeat {
      let page = try await scene.call(
        .listAuditEntries, "{\(filter), \"pageToken\": \"\(token)\"}")
      sequences += (page.member("auditEntries")?.elements ?? []).compactMap {
        $0.member("sequence")?.text
      }
      token = page.member("nextPageToken")?.text ?? ""
    } while !token.isEmpty
    #expect(sequences == (4...13).map(String.init))
    let status = try await scene.refusal(
      .listAuditEntries, "{\"pageSize\": -1, \"pageToken\": \"00\", \"filter\": \"x\"}")
    #expect(status?.fields.keys.sorted() == ["filter", "page_size", "page_token"])
  }
}
