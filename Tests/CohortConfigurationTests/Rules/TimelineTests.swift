import EligibilityCore
import TestSupport
import Testing

@testable import CohortConfiguration

/// Which activation rules, against a reading of the rule by days and sites that shares nothing with it.
struct TimelineTests {
  @Test func theRuleByTryingEveryDayAndSite() throws {
    let first = try date("2025-01-01")
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<20 {
      var scene = try Scene()
      for site in ["s1", "s2"] {
        try scene.apply(.createSite(parent: "trials/t", id: site, displayName: ""))
      }
      // Activations as they were made: site, day (0 = from the beginning), id.
      var made: [(site: String, day: Int, id: String)] = [("", 0, "built-in")]
      for index in 0..<8 {
        let site = ["", "s1", "s2"].randomElement(using: &generator) ?? ""
        let day = Int.random(in: 0...4, using: &generator)
        let standing = made.last { $0.site == site && $0.day == day }
        let from = day == 0 ? nil : CalendarDate(dayNumber: first.dayNumber + day)
        try scene.apply(
          .createActivation(
            .init(
              parent: "trials/t", id: "x\(index)", version: "v1", site: site, effectiveFrom: from,
              replaces: standing?.id ?? "")))
        made.append((site, day, "x\(index)"))
      }
      let timeline = Timeline(scene.state, trial: "t")
      for site in ["", "s1", "s2"] {
        for day in 0...5 {
          var expected = ""
          for candidate in 0...day {
            // Of one day the last that was made counts, the site's own before that of all.
            let all = made.last { $0.site.isEmpty && $0.day == candidate }
            let own = made.last { $0.site == site && $0.day == candidate }
            if let ruling = own ?? all { expected = ruling.id }
          }
          let date = CalendarDate(dayNumber: first.dayNumber + day)
          #expect(timeline.ruling(site: site, on: date)?.id == expected, "\(site) day \(day)")
        }
      }
    }
  }
}
