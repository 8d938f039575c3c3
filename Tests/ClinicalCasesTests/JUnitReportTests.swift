import ClinicalCases
import Foundation
import Testing

@Suite struct JUnitReportTests {
  @Test func itIsXMLWithEveryCase() throws {
    var report = JUnitReport()
    report.add(
      "a<b>.yaml",
      [
        CaseReport(id: "good", covers: [], differences: []),
        CaseReport(id: "bad & \"worse\"", covers: [], differences: ["expected <1>\u{1}", "two"]),
      ])
    let text = report.text
    #expect(text.contains("<testsuites tests=\"2\" failures=\"1\">"))
    #expect(text.contains("name=\"good\"/>"))
    #expect(text.contains("bad &amp; &quot;worse&quot;"))
    #expect(text.contains("<failure>expected &lt;1&gt;\u{FFFD}\ntwo</failure>"))
    #expect(!text.contains("a<b>"))
  }
}
