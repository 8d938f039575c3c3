internal import EligibilityCore

/// A language that reports speak.
public enum ReportLanguage: String, Sendable, Hashable, CaseIterable {
  case english = "en"
  case chinese = "zh"

  /// One of two wordings of the same thing.
  func say(_ english: String, _ chinese: String) -> String {
    switch self {
    case .english: english
    case .chinese: chinese
    }
  }

  /// The text in this language; in English where there is none in it, else in any. Empty where there is
  /// no text at all.
  func choose(_ texts: [Text]) -> String {
    let chosen =
      texts.first { $0.language == rawValue } ?? texts.first { $0.language == "en" } ?? texts.first
    return chosen?.text ?? ""
  }

  /// The text in this language, else the one that stands for all of them.
  func choose(_ texts: [Text], else text: String) -> String {
    texts.first { $0.language == rawValue }?.text ?? text
  }

  /// `a, b or c`.
  func either(_ parts: [String]) -> String { joined(parts, last: say(" or ", "或")) }

  /// `a, b and c`.
  func both(_ parts: [String]) -> String { joined(parts, last: say(" and ", "和")) }

  private func joined(_ parts: [String], last: String) -> String {
    guard let end = parts.last, parts.count > 1 else { return parts.first ?? "" }
    return parts.dropLast().joined(separator: say(", ", "、")) + last + end
  }

  /// Text in parentheses, set as the language does; nothing for nothing.
  func aside(_ text: String) -> String { text.isEmpty ? "" : say(" (\(text))", "（\(text)）") }

  /// A name followed by what it names.
  func label(_ name: String, _ text: String) -> String {
    say("\(name): \(text)", "\(name)：\(text)")
  }
}
