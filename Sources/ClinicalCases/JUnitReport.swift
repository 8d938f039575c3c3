/// The outcome of cases in the XML that JUnit made common: a suite for each file, a test case for each
/// case.
package struct JUnitReport: Sendable {
  private var suites: [String] = []
  private var tests = 0
  private var failures = 0

  package init() {}

  /// Adds the cases of a file.
  package mutating func add(_ file: String, _ reports: [CaseReport]) {
    let failed = reports.count { !$0.differences.isEmpty }
    tests += reports.count
    failures += failed
    var lines = [
      "  <testsuite name=\"\(escaped(file))\" tests=\"\(reports.count)\" failures=\"\(failed)\">"
    ]
    for report in reports {
      let head = "    <testcase classname=\"\(escaped(file))\" name=\"\(escaped(report.id))\""
      if report.differences.isEmpty {
        lines.append(head + "/>")
      } else {
        let text = report.differences.joined(separator: "\n")
        lines.append(head + "><failure>\(escaped(text))</failure></testcase>")
      }
    }
    lines.append("  </testsuite>")
    suites.append(lines.joined(separator: "\n"))
  }

  /// The whole document.
  package var text: String {
    ([
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
      "<testsuites tests=\"\(tests)\" failures=\"\(failures)\">",
    ] + suites + ["</testsuites>"])
    .joined(separator: "\n") + "\n"
  }

  private func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      // XML 1.0 has no other control characters.
      case _ where scalar.value < 0x20: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
