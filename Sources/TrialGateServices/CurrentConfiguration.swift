public import CohortConfiguration
internal import Synchronization

/// The configuration that evaluations rest on at the moment. A change puts another in its place at once; whoever
/// took the one before goes on with it.
public final class CurrentConfiguration: Sendable {
  /// Swapped by reference, so that the lock is held for a moment and never while anything is made.
  private final class Box: Sendable {
    let value: PublishedConfiguration

    init(_ value: PublishedConfiguration) {
      self.value = value
    }
  }

  private let box: Mutex<Box>

  /// Begins with a configuration.
  public init(_ value: PublishedConfiguration) {
    box = Mutex(Box(value))
  }

  /// The configuration.
  public var value: PublishedConfiguration { box.withLock { $0 }.value }

  /// Puts another in its place.
  public func publish(_ value: PublishedConfiguration) {
    let next = Box(value)
    // The old one is let go outside the lock.
    let old = box.withLock { current in
      defer { current = next }
      return current
    }
    withExtendedLifetime(old) {}
  }
}
