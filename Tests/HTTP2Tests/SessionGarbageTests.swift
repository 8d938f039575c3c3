import HTTP2
import ScriptedPeer
import TestSupport
import Testing

/// Bytes that follow no grammar. The seeds are fixed: a failure comes again.
@Suite struct SessionGarbageTests {
  @Test(arguments: 0..<200) func randomBytesNeverHoldASession(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let table = SessionTable.established()
    table.recorder.onPeerEnded = { session, stream in
      session.respond(stream, head: answerHead, body: [1], trailers: answerTrailers)
    }
    for _ in 0..<50 {
      let count = Int(generator.next() % 400)
      table.send((0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
    }
    #expect(table.session.openStreams <= HTTP2Limits().concurrentStreams)
  }

  /// Whole frames of every type with random flags, streams and payloads: they get past the length.
  @Test(arguments: 0..<200) func randomFramesNeverHoldASession(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let table = SessionTable.established()
    table.recorder.onPeerEnded = { session, stream in
      session.respond(stream, head: answerHead, body: [1], trailers: answerTrailers)
    }
    for _ in 0..<100 {
      let length = Int(generator.next() % 40)
      let frame = Frame(
        type: UInt8(generator.next() % 11), flags: UInt8(truncatingIfNeeded: generator.next()),
        stream: Int32(generator.next() % 12),
        payload: (0..<length).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
      table.send(frame.bytes)
    }
    let closed = table.recorder.closings.count
    let begun = Set(
      table.recorder.events.compactMap { event -> Int32? in
        if case .began(let stream) = event { return stream }
        return nil
      })
    #expect(table.session.openStreams <= begun.count)
    #expect(closed <= begun.count + 12)
  }

  /// A good conversation with one byte changed, at every place.
  @Test func aFlippedByteNeverHoldsASession() {
    let good =
      Script.headers(1, request) + Script.data(1, [1, 2, 3], endStream: true)
      + Script.headers(3, request, endStream: true) + Script.ping() + Script.windowUpdate(0, 9)
    for position in good.indices {
      var bytes = good
      bytes[position] ^= 0xFF
      let table = SessionTable.established()
      table.recorder.onPeerEnded = { session, stream in
        session.respond(stream, head: answerHead, body: [1], trailers: answerTrailers)
      }
      table.send(bytes)
      table.send(bytes)
      #expect(table.session.unsentBytes == 0 || table.session.openStreams > 0)
    }
  }
}
