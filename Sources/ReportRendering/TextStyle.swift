/// Marks for a terminal; plain where there is none.
public struct TextStyle: Sendable {
  private let isColoured: Bool

  /// - Parameter isColoured: whether ANSI escape sequences are understood.
  public init(isColoured: Bool) {
    self.isColoured = isColoured
  }

  private func wrap(_ text: String, _ code: String) -> String {
    isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  func good(_ text: String) -> String { wrap(text, "32") }
  func bad(_ text: String) -> String { wrap(text, "31") }
  func open(_ text: String) -> String { wrap(text, "33") }
  func strong(_ text: String) -> String { wrap(text, "1") }
  func faint(_ text: String) -> String { wrap(text, "2") }
}
