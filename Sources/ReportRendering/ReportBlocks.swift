/// A line with what belongs under it.
struct Outline: Hashable {
  var text: String
  var children: [Outline] = []

  init(_ text: String, _ children: [Outline] = []) {
    self.text = text
    self.children = children
  }
}

/// A named thing with what there is to say about it.
struct ReportEntry: Hashable {
  var id: String
  var title: String
  /// How many entries it is a part of.
  var depth = 0
  var lines: [Outline] = []
}

/// A piece of a report, before it is laid out for a terminal or as Markdown.
enum ReportBlock: Hashable {
  /// The title of the whole.
  case title(String)
  case heading(String)
  case lines([Outline])
  case entry(ReportEntry)
  case table(columns: [String], rows: [[String]])
}

/// How a report is laid out.
public enum ReportLayout: Sendable {
  /// For a terminal or a pipe.
  case text(TextStyle)
  /// As Markdown (CommonMark with tables).
  case markdown

  /// The whole report, ended by a line feed.
  func render(_ blocks: [ReportBlock]) -> String {
    switch self {
    case .text(let style): TextLayout(style: style).render(blocks)
    case .markdown: MarkdownLayout().render(blocks)
    }
  }
}

extension String {
  /// On one line and without characters that steer a terminal: texts come from files.
  var onOneLine: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: " "
          default: scalar
          }
        }))
  }
}
