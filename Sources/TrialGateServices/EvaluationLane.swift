internal import CohortConfiguration
internal import Dispatch
internal import EligibilityCore
internal import MessageCoding
internal import Synchronization

/// What the calls of one event loop are evaluated with: a copy of the configuration that no other loop touches.
///
/// References are counted with atomic instructions, and processors that count references to the same things wait
/// for each other. The copy of a version is compiled on another thread once a call has used the version; until
/// then calls use the one that all share. They say the same: what they are compiled from has the same digest.
final class EvaluationLane: Sendable {
  private struct State {
    /// Number of the configuration that `copy` is of; nil = there is none yet.
    var number: Int?
    var copy = PublishedConfiguration(revision: "", trials: [])
    /// This loop's own versions, the one that was used last behind the others.
    var programs: [CompiledProtocol] = []
    /// Whether a version is being compiled.
    var isCompiling = false
    /// When the next one may be, in nanoseconds of uptime.
    var mayCompileAt: UInt64 = 0
  }

  private let current: CurrentConfiguration
  private let maximumPrograms: Int
  private let pauseNanoseconds: UInt64
  private let state = Mutex(State())
  private static let compiler = DispatchQueue(
    label: "trialgate.evaluation.compiler", qos: .utility)

  /// - Parameters:
  ///   - maximumPrograms: versions of which the loop has its own; beyond them the one that was not used for
  ///     longest goes.
  ///   - pauseNanoseconds: between two compilations: calls that pin more versions in turn than the loop keeps
  ///     must not make it compile all the time.
  init(
    of current: CurrentConfiguration, maximumPrograms: Int = 16,
    pauseNanoseconds: UInt64 = 1_000_000_000
  ) {
    self.current = current
    self.maximumPrograms = maximumPrograms
    self.pauseNanoseconds = pauseNanoseconds
  }

  /// The configuration of this moment.
  var configuration: PublishedConfiguration {
    let number = current.number
    return state.withLock { state in
      if state.number != number { renew(&state) }
      return state.copy
    }
  }

  /// The loop's own versions, the one that was used last behind the others.
  var programs: [CompiledProtocol] { state.withLock { $0.programs } }

  /// A call was evaluated with a version of this lane's configuration: unless it is the loop's own, one is made.
  func used(_ program: CompiledProtocol) {
    let definition: [UInt8]? = state.withLock { state in
      if state.programs.last === program { return nil }
      if let index = state.programs.firstIndex(where: { $0 === program }) {
        state.programs.append(state.programs.remove(at: index))
        return nil
      }
      guard !state.isCompiling, let definition = state.copy.definitions[program.digest] else {
        return nil
      }
      let now = DispatchTime.now().uptimeNanoseconds
      guard now >= state.mayCompileAt else { return nil }
      state.mayCompileAt = now + pauseNanoseconds
      state.isCompiling = true
      return definition
    }
    guard let definition else { return }
    Self.compiler.async { [self, digest = program.digest] in
      // Compiled before, it compiles; if it did not, the shared one goes on.
      add(try? DefinitionBytes().compile(definition, digest: digest))
    }
  }

  private func add(_ program: CompiledProtocol?) {
    state.withLock { state in
      state.isCompiling = false
      guard let program else { return }
      state.programs.append(program)
      if state.programs.count > maximumPrograms { state.programs.removeFirst() }
      renew(&state)
    }
  }

  /// Copies what is in force now.
  private func renew(_ state: inout State) {
    let (value, number) = current.numbered
    state.programs.removeAll { value.definitions[$0.digest] == nil }
    state.copy = value.copy(with: state.programs)
    state.number = number
  }
}
