/// Lays a report out for a terminal or a pipe.
struct TextLayout {
  let style: TextStyle

  func render(_ blocks: [ReportBlock]) -> String {
    var lines: [String] = []
    for block in blocks {
      if !lines.isEmpty { lines.append("") }
      switch block {
      case .title(let text): lines.append(style.strong(text.onOneLine))
      case .heading(let text): lines.append(style.strong(text.onOneLine))
      case .lines(let outlines): for outline in outlines { append(outline, 0, "", &lines) }
      case .entry(let entry): append(entry, &lines)
      case .table(let columns, let rows): append(columns, rows, &lines)
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func append(_ entry: ReportEntry, _ lines: inout [String]) {
    let indent = String(repeating: "  ", count: entry.depth)
    let title = entry.title.isEmpty ? "" : "  \(entry.title.onOneLine)"
    lines.append("\(indent)\(style.strong(entry.id.onOneLine))\(title)")
    for line in entry.lines { append(line, entry.depth + 2, "", &lines) }
  }

  private func append(
    _ outline: Outline, _ depth: Int, _ bullet: String, _ lines: inout [String]
  ) {
    let indent = String(repeating: "  ", count: depth)
    lines.append("\(indent)\(bullet)\(outline.text.onOneLine)")
    for child in outline.children { append(child, depth + 1, "- ", &lines) }
  }

  private func append(_ columns: [String], _ rows: [[String]], _ lines: inout [String]) {
    let all = ([columns] + rows).map { $0.map(\.onOneLine) }
    let widths = columns.indices.map { column in
      all.map { column < $0.count ? $0[column].terminalWidth : 0 }.max() ?? 0
    }
    for (number, row) in all.enumerated() {
      var line = ""
      for (column, cell) in row.enumerated() {
        let gap = column < widths.count ? max(0, widths[column] - cell.terminalWidth) : 0
        let isLast = column == row.count - 1
        line += cell + (isLast ? "" : String(repeating: " ", count: gap + 2))
      }
      lines.append(number == 0 ? style.faint(line) : line)
    }
  }
}

extension String {
  /// Columns that it takes on a terminal: two for a Chinese character or a full-width sign.
  fileprivate var terminalWidth: Int {
    unicodeScalars.reduce(0) { width, scalar in
      switch scalar.value {
      case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
        width + 2
      default: width + 1
      }
    }
  }
}
