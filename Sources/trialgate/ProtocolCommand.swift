internal import ArgumentParser
internal import EligibilityCore
internal import Foundation
internal import ReportRendering

/// `trialgate protocol`: what a protocol definition says.
struct ProtocolCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "protocol",
    abstract: "Checks and describes protocol definitions.",
    subcommands: [ProtocolValidate.self, ProtocolShow.self, ProtocolRequirements.self])
}

/// How a description is printed.
enum DescriptionFormat: String, ExpressibleByArgument, CaseIterable {
  case text
  case json
  case markdown

  /// The layout for readers.
  var layout: ReportLayout {
    self == .markdown ? .markdown : .text(TextStyle(isColoured: isatty(1) == 1))
  }
}

/// A stage on the command line.
enum StageOption: String, ExpressibleByArgument, CaseIterable {
  case enrolment
  case infusion

  /// The stage.
  var stage: Stage {
    switch self {
    case .enrolment: .enrolment
    case .infusion: .infusion
    }
  }
}

/// A language on the command line.
enum LanguageOption: String, ExpressibleByArgument, CaseIterable {
  case en
  case zh

  /// The language.
  var language: ReportLanguage {
    switch self {
    case .en: .english
    case .zh: .chinese
    }
  }
}
