internal import CNGHTTP2

/// Every C callback of nghttp2. Each finds its session in the user data, which lives as long as the
/// handle that it was given to.
enum Trampolines {
  /// The callbacks of all sessions; nghttp2 copies them into each.
  static var callbacks: OpaquePointer? { table.pointer }

  private static let table = CallbackTable()

  // Sendable although it holds a pointer: it is filled in init and only read after that.
  private struct CallbackTable: @unchecked Sendable {
    let pointer: OpaquePointer?

    init() {
      var callbacks: OpaquePointer?
      guard nghttp2_session_callbacks_new(&callbacks) == 0 else {
        pointer = nil
        return
      }
      nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, Trampolines.beginHeaders)
      nghttp2_session_callbacks_set_on_header_callback(callbacks, Trampolines.header)
      nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Trampolines.frame)
      nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, Trampolines.sent)
      nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Trampolines.data)
      nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Trampolines.close)
      nghttp2_session_callbacks_set_send_data_callback(callbacks, Trampolines.sendData)
      pointer = callbacks
    }
  }

  private static func session(_ user: UnsafeMutableRawPointer?) -> Session? {
    user.map { Unmanaged<Session>.fromOpaque($0).takeUnretainedValue() }
  }

  /// The frame's header without copying the union that it begins.
  private static func head(_ frame: UnsafePointer<nghttp2_frame>) -> nghttp2_frame_hd {
    UnsafeRawPointer(frame).assumingMemoryBound(to: nghttp2_frame_hd.self).pointee
  }

  private static let beginHeaders: nghttp2_on_begin_headers_callback = { _, frame, user in
    guard let session = session(user), let frame else { return 0 }
    let stream = head(frame).stream_id
    session.headerBytes = 0
    session.headerFields = 0
    if session.role == .server, frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST {
      session.streamBegan(stream)
    }
    session.delegate?.session(session, beganHeadersOn: stream)
    return 0
  }

  private static let header: nghttp2_on_header_callback = {
    _, frame, name, nameLength, value, valueLength, _, user in
    guard let session = session(user), let frame, let name, let value else { return 0 }
    session.headerFields += 1
    session.headerBytes += nameLength + valueLength + 32
    if session.headerFields > session.limits.headerFields
      || session.headerBytes > session.limits.headerListBytes
    {
      // Resets the stream; the rest of the list is decoded for HPACK's sake and thrown away.
      return Int32(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
    }
    let names = UnsafeBufferPointer(start: name, count: nameLength)
    let values = UnsafeBufferPointer(start: value, count: valueLength)
    session.delegate?.session(session, received: names.span, values.span, on: head(frame).stream_id)
    return 0
  }

  private static let frame: nghttp2_on_frame_recv_callback = { _, frame, user in
    guard let session = session(user), let frame else { return 0 }
    let head = head(frame)
    let type = UInt32(head.type)
    if type == NGHTTP2_GOAWAY.rawValue {
      let goAway = frame.pointee.goaway
      let reason = UnsafeBufferPointer(start: goAway.opaque_data, count: goAway.opaque_data_len)
      session.delegate?.session(
        session, goesAwayAfter: goAway.last_stream_id, errorCode: goAway.error_code,
        reason: reason.span)
      return 0
    }
    if type == NGHTTP2_SETTINGS.rawValue {
      if UInt32(head.flags) & UInt32(NGHTTP2_FLAG_ACK.rawValue) == 0 {
        session.isEstablished = true
      } else {
        session.settingsAreAcknowledged = true
      }
      return 0
    }
    if type == NGHTTP2_PING.rawValue {
      if UInt32(head.flags) & UInt32(NGHTTP2_FLAG_ACK.rawValue) != 0 { session.answeredPings += 1 }
      return 0
    }
    let endsStream = UInt32(head.flags) & UInt32(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
    if type == NGHTTP2_HEADERS.rawValue {
      session.delegate?.session(session, endedHeadersOn: head.stream_id, endsStream: endsStream)
    }
    if endsStream, type == NGHTTP2_HEADERS.rawValue || type == NGHTTP2_DATA.rawValue {
      session.delegate?.session(session, peerEnded: head.stream_id)
    }
    return 0
  }

  /// Counts what leaves. An answer that is complete before its request is ends the request, too (RFC 9113, 8.1). nghttp2
  /// drops a head that waits behind a reset, so the reset is submitted when the answer has left.
  private static let sent: nghttp2_on_frame_send_callback = { handle, frame, user in
    guard let session = session(user), let frame else { return 0 }
    let head = head(frame)
    let type = UInt32(head.type)
    session.sent(type: head.type, on: head.stream_id)
    if type == NGHTTP2_RST_STREAM.rawValue {
      session.sentReset(errorCode: frame.pointee.rst_stream.error_code)
    }
    guard session.role == .server,
      type == NGHTTP2_HEADERS.rawValue || type == NGHTTP2_DATA.rawValue,
      UInt32(head.flags) & UInt32(NGHTTP2_FLAG_END_STREAM.rawValue) != 0,
      nghttp2_session_get_stream_remote_close(handle, head.stream_id) == 0
    else { return 0 }
    session.reset(head.stream_id, errorCode: HTTP2ErrorCode.noError)
    return 0
  }

  private static let data: nghttp2_on_data_chunk_recv_callback = {
    _, _, stream, bytes, length, user in
    guard let session = session(user), let bytes else { return 0 }
    let buffer = UnsafeBufferPointer(start: bytes, count: length)
    session.consumeOfConnection(length)
    session.delegate?.session(session, received: buffer.span, on: stream)
    return 0
  }

  private static let close: nghttp2_on_stream_close_callback = { _, stream, errorCode, user in
    guard let session = session(user) else { return 0 }
    session.streamClosed(stream)
    session.delegate?.session(session, closed: stream, errorCode: errorCode)
    return 0
  }

  // MARK: Bodies

  /// The body lives in the session's table until its stream is closed, which is when nghttp2 last
  /// looks at the provider.
  static func provider(for body: StreamBody) -> nghttp2_data_provider {
    var provider = nghttp2_data_provider()
    provider.source.ptr = Unmanaged.passUnretained(body).toOpaque()
    provider.read_callback = read
    return provider
  }

  private static func body(_ source: UnsafeMutablePointer<nghttp2_data_source>?) -> StreamBody? {
    source?.pointee.ptr.map { Unmanaged<StreamBody>.fromOpaque($0).takeUnretainedValue() }
  }

  private static let read: nghttp2_data_source_read_callback = {
    handle, stream, _, length, flags, source, _ in
    guard let body = body(source), let flags else {
      return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
    }
    if body.left == 0, !body.isEnded {
      body.isDeferred = true
      return Int(NGHTTP2_ERR_DEFERRED.rawValue)
    }
    let count = min(body.left, length)
    flags.pointee |= UInt32(NGHTTP2_DATA_FLAG_NO_COPY.rawValue)
    if count == body.left, body.isEnded {
      flags.pointee |= UInt32(NGHTTP2_DATA_FLAG_EOF.rawValue)
      if let trailers = body.trailers {
        // Without this flag the DATA frame would end the stream and the trailers be lost.
        flags.pointee |= UInt32(NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue)
        let submitted = trailers.withFields {
          nghttp2_submit_trailer(handle, stream, $0.baseAddress, $0.count)
        }
        if submitted != 0 {
          return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
        }
      }
    }
    body.promised = count
    return count
  }

  private static let sendData: nghttp2_send_data_callback = {
    _, frame, header, length, source, user in
    guard let session = session(user), let body = body(source), let header, length <= body.left
    else { return Int32(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue) }
    // One mem_send packs every DATA frame that flow control allows, so the bound is kept here. The frame
    // waits; should its stream be closed meanwhile, nghttp2 forgets it without asking again.
    if session.output.count >= session.limits.outputHighWater {
      return Int32(NGHTTP2_ERR_WOULDBLOCK.rawValue)
    }
    session.output.reserve(9 + length)
    session.output.append(header, 9)
    let messages = body.take(length) { session.output.append($0, $1) }
    if messages > 1 { session.sentFurtherMessages(messages - 1) }
    body.promised = 0
    session.unsentBytes -= length
    return 0
  }
}
