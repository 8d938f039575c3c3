internal import CohortConfiguration
internal import Dispatch
internal import EligibilityCore
internal import MessageCoding
internal import Synchronization

/// What the calls of one event loop are evaluated with: versions and sites that no other loop touches.
///
/// References are counted with atomic instructions, and processors that count references to the same things wait
/// for each other. A version is compiled for the loop, on another thread, once a call has used it; until then
/// calls use the one that all share. They say the same: what they are compiled from has the same digest.
///
/// A loop without calls keeps what it had until its next one.
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

  /// Of all lanes; what it is given is done one after the other.
  static let compiler = DispatchQueue(label: "trialgate.evaluation.compiler", qos: .utility)

  private let current: CurrentConfiguration
  private let maximumPrograms: Int
  private let pause: @Sendable (_ spent: UInt64) -> UInt64
  private let state = Mutex(State())

  /// - Parameters:
  ///   - maximumPrograms: versions of which the loop has its own; beyond them the one that was not used for
  ///     longest goes.
  ///   - pause: nanoseconds from the end of a compilation, which took so many, to the next one.
  init(
    of current: CurrentConfiguration, maximumPrograms: Int = 16,
    pause: @escaping @Sendable (_ spent: UInt64) -> UInt64
  ) {
    self.current = current
    self.maximumPrograms = maximumPrograms
    self.pause = pause
  }

  /// The pause of one of so many lanes, all of which take at most a twentieth of a processor for compiling together:
  /// calls that pin more versions in turn than the loops keep must not make them compile all the time.
  static func pause(after spent: UInt64, lanes: Int) -> UInt64 {
    max(1_000_000_000, spent * 20 * UInt64(lanes))
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
      // Its own may have been made since the call took the shared one.
      if let index = state.programs.firstIndex(where: { $0.digest == program.digest }) {
        state.programs.append(state.programs.remove(at: index))
        return nil
      }
      guard !state.isCompiling, DispatchTime.now().uptimeNanoseconds >= state.mayCompileAt,
        let definition = state.copy.definitions[program.digest]
      else { return nil }
      state.isCompiling = true
      return definition
    }
    guard let definition else { return }
    Self.compiler.async { [self, digest = program.digest] in
      let began = DispatchTime.now().uptimeNanoseconds
      // Compiled before, it compiles; if it did not, the shared one would go on.
      if let program = try? DefinitionBytes().compile(definition, digest: digest) { add(program) }
      let ended = DispatchTime.now().uptimeNanoseconds
      state.withLock { state in
        state.isCompiling = false
        state.mayCompileAt = ended + pause(ended - began)
      }
    }
  }

  /// Takes a version in. Copies are made, and what they replace is let go, while no call has to wait for it.
  private func add(_ program: CompiledProtocol) {
    while true {
      let (value, number) = current.numbered
      let known = programs
      // A publication may have dropped a version while it was compiled.
      var programs = Self.standing(known + [program], in: value)
      if programs.count > maximumPrograms { programs.removeFirst() }
      let copy = value.copy(with: programs)
      let replaced: State? = state.withLock { state in
        // Calls may have used others meanwhile, or found another configuration.
        guard current.number == number, state.programs.elementsEqual(known, by: ===) else {
          return nil
        }
        let old = state
        state.number = number
        state.copy = copy
        state.programs = programs
        return old
      }
      if replaced != nil { return }
    }
  }

  private static func standing(
    _ programs: [CompiledProtocol], in configuration: PublishedConfiguration
  ) -> [CompiledProtocol] {
    programs.filter { configuration.definitions[$0.digest] != nil }
  }

  /// Copies what is in force now.
  private func renew(_ state: inout State) {
    let (value, number) = current.numbered
    state.programs = Self.standing(state.programs, in: value)
    state.copy = value.copy(with: state.programs)
    state.number = number
  }
}
