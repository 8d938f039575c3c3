public import CohortConfiguration
internal import Synchronization

/// The configuration that evaluations rest on at the moment. A change puts another in its place at once; whoever
/// took the one before goes on with it.
public final class CurrentConfiguration: Sendable {
  /// Swapped by reference, so that the lock is held for a moment, whatever the size of a configuration.
  private final class Box: Sendable {
    let value: PublishedConfiguration
    /// How many were there before.
    let number: Int

    init(_ value: PublishedConfiguration, number: Int) {
      self.value = value
      self.number = number
    }
  }

  private let box: Mutex<Box>
  /// Number of the configuration, for those who keep something of it.
  private let latest = Atomic<Int>(0)

  /// Begins with a configuration.
  public init(_ value: PublishedConfiguration) {
    box = Mutex(Box(value, number: 0))
  }

  /// The configuration.
  public var value: PublishedConfiguration { box.withLock { $0 }.value }

  /// Number of the configuration: each has one more than the one before. Looking at it changes nothing that
  /// other threads look at, too.
  var number: Int { latest.load(ordering: .acquiring) }

  /// The configuration with its number.
  var numbered: (value: PublishedConfiguration, number: Int) {
    let box = box.withLock { $0 }
    return (box.value, box.number)
  }

  /// Puts another in its place.
  public func publish(_ value: PublishedConfiguration) {
    // The old one is let go outside the lock.
    let old = box.withLock { current in
      let old = current
      current = Box(value, number: old.number + 1)
      latest.store(current.number, ordering: .releasing)
      return old
    }
    withExtendedLifetime(old) {}
  }
}
