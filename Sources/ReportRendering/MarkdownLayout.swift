/// Lays a report out as Markdown (CommonMark with tables).
struct MarkdownLayout {
  func render(_ blocks: [ReportBlock]) -> String {
    var lines: [String] = []
    for block in blocks {
      if !lines.isEmpty { lines.append("") }
      switch block {
      case .title(let text): lines.append("# \(escaped(text))")
      case .heading(let text): lines.append("## \(escaped(text))")
      case .lines(let outlines): for outline in outlines { append(outline, 0, &lines) }
      case .entry(let entry): append(entry, &lines)
      case .table(let columns, let rows): append(columns, rows, &lines)
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func append(_ entry: ReportEntry, _ lines: inout [String]) {
    let marks = String(repeating: "#", count: min(6, 3 + entry.depth))
    let title = entry.title.isEmpty ? "" : " \(escaped(entry.title))"
    lines.append("\(marks) \(escaped(entry.id))\(title)")
    if !entry.lines.isEmpty { lines.append("") }
    for line in entry.lines { append(line, 0, &lines) }
  }

  private func append(_ outline: Outline, _ depth: Int, _ lines: inout [String]) {
    lines.append(String(repeating: "  ", count: depth) + "- \(escaped(outline.text))")
    for child in outline.children { append(child, depth + 1, &lines) }
  }

  private func append(_ columns: [String], _ rows: [[String]], _ lines: inout [String]) {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    lines.append(line(columns.map(escaped)))
    lines.append(line(columns.map { _ in "---" }))
    for row in rows { lines.append(line(row.map(escaped))) }
  }

  /// What would be markup stands for itself.
  private func escaped(_ text: String) -> String {
    var result = ""
    for character in text.onOneLine {
      if "\\`*_[]<>|#~".contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }
}
