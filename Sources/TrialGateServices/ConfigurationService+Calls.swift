internal import CohortConfiguration
internal import EligibilityCore
internal import MessageCoding
internal import RPC

/// Requests and answers as bytes.
extension ConfigurationService {
  /// Answers an encoded request of any method with one request and one answer.
  ///
  /// - Parameters:
  ///   - bytes: the encoded request.
  ///   - method: the method.
  ///   - principal: who calls; whether it may was asked before.
  ///   - reply: told the encoded answer once, on this thread or another.
  func answer(
    _ bytes: Span<UInt8>, of method: ConfigurationMethod, to principal: Principal,
    _ reply: @escaping @Sendable (Result<[UInt8], RequestFault>) -> Void
  ) {
    do throws(RequestFault) {
      let reading: ConfigurationMessages.Reading
      do throws(MessageError) {
        reading = try ConfigurationMessages.request(bytes, of: method)
      } catch {
        throw RequestFault(error)
      }
      guard let request = reading.request else {
        throw RequestFault(.form(FormError(violations: reading.violations)))
      }
      if case .mutation(let header, let mutation) = request {
        later(.writer, reply) { service throws(RequestFault) in
          do throws(ConfigurationRefusal) {
            return try service.mutate(method, reading, header, mutation, by: principal)
          } catch {
            throw RequestFault(error)
          }
        }
        return
      }
      // What is wrong with a definition that is to be validated is the answer, not a fault of the request.
      let violations =
        if case .validateDefinition = request {
          reading.violations.filter { !$0.field.hasPrefix("definition.") }
        } else { reading.violations }
      if !violations.isEmpty {
        throw RequestFault(.form(FormError(violations: violations)))
      }
      try read(request, reply)
    } catch {
      reply(.failure(error))
    }
  }

  private func read(
    _ request: ConfigurationRequest,
    _ reply: @escaping @Sendable (Result<[UInt8], RequestFault>) -> Void
  ) throws(RequestFault) {
    do throws(ConfigurationRefusal) {
      switch request {
      case .get(let kind, let name):
        reply(.success(ConfigurationMessages.bytes(of: try state.get(kind, name: name))))
      case .list(let kind, let query):
        later(.compute, reply) { service throws(RequestFault) in
          do throws(ConfigurationRefusal) {
            return try service.list(kind, query)
          } catch {
            throw RequestFault(error)
          }
        }
      case .validateVersion(let name):
        let version = try state.find(name, in: state.versions)
        validate(version.resource.definition, reply)
      case .validateDefinition(let definition): validate(definition, reply)
      case .listAudit(let query):
        later(.reader, reply) { service throws(RequestFault) in try service.audit(query) }
      case .compare(let before, let after):
        later(.compute, reply) { service throws(RequestFault) in
          do throws(ConfigurationRefusal) {
            return try service.compare(before, after)
          } catch {
            throw RequestFault(error)
          }
        }
      case .exportAudit, .watch, .mutation:
        // Streams answer for themselves, and mutations were sent to the writer.
        reply(
          .failure(RequestFault(.unimplemented, reason: "NO_SUCH_METHOD", "call it by its path")))
      }
    } catch {
      throw RequestFault(error)
    }
  }

  private func list(
    _ kind: ResourceKind, _ query: ListQuery
  ) throws(ConfigurationRefusal) -> [UInt8] {
    let place = try pageToken.place(of: query, in: kind.rawValue)
    let page = try state.page(kind, query, after: place)
    let next = page.next.map { pageToken.token($0, of: query, in: kind.rawValue) } ?? ""
    return ConfigurationMessages.bytes(of: page.results, kind: kind, next: next)
  }

  private func validate(
    _ definition: [UInt8], _ reply: @escaping @Sendable (Result<[UInt8], RequestFault>) -> Void
  ) {
    later(.compute, reply) { service throws(RequestFault) in
      let digest = Digest.sha256(definition)
      do throws(ConfigurationRefusal) {
        let program = try service.definitions.compile(definition, digest: digest)
        return ConfigurationMessages.bytes(
          ofValidation: [], findings: program.review().findings, digest: digest)
      } catch {
        let violations = error.faults.map {
          FieldViolation(field: $0.field, reason: $0.reason, description: $0.remedy)
        }
        return ConfigurationMessages.bytes(
          ofValidation: violations, findings: [], digest: digest)
      }
    }
  }

  // MARK: The history, on the reader's thread

  /// How many entries one request looks at; a filter that lets few through gets a short page.
  private static let maximumScanned = 10_000

  private func audit(_ query: ListQuery) throws(RequestFault) -> [UInt8] {
    do throws(ConfigurationRefusal) {
      var faults: [FieldFault] = []
      var size = 0
      var place: [UInt8]?
      var filter: ListFilter?
      do throws(ConfigurationRefusal) {
        size = try ConfigurationState.pageSize(query.pageSize)
      } catch { faults += error.faults }
      do throws(ConfigurationRefusal) {
        place = try pageToken.place(of: query, in: "audit")
      } catch { faults += error.faults }
      do throws(ConfigurationRefusal) {
        filter = try Self.auditFilter(query.filter)
      } catch { faults += error.faults }
      guard let filter, faults.isEmpty else { throw ConfigurationRefusal(faults) }
      let after = place.flatMap { Int64(String(decoding: $0, as: UTF8.self)) } ?? 0
      let found = try entries(after: after, filter, limit: size)
      let next = found.next.map {
        pageToken.token(Array(String($0).utf8), of: query, in: "audit")
      }
      return ConfigurationMessages.bytes(of: found.entries, next: next ?? "")
    } catch {
      throw RequestFault(error)
    }
  }

  static func auditFilter(_ text: String) throws(ConfigurationRefusal) -> ListFilter {
    try ListFilter(text, fields: AuditEntry.listFields, numbers: ["sequence"])
  }

  /// Entries that a filter lets through.
  ///
  /// - Returns: the entries, and behind which sequence those that were not looked at begin; nil = all were.
  func entries(
    after sequence: Int64, _ filter: ListFilter, limit: Int
  ) throws(ConfigurationRefusal) -> (entries: [(entry: AuditEntry, hash: String)], next: Int64?) {
    var found: [(entry: AuditEntry, hash: String)] = []
    var last = sequence
    var scanned = 0
    while scanned < Self.maximumScanned {
      let chunk: [StoredAuditEntry]
      do throws(StoreError) {
        chunk = try store.auditEntries(after: last, limit: min(500, limit + 1))
      } catch {
        throw failed(error)
      }
      if chunk.isEmpty { return (found, nil) }
      for stored in chunk {
        guard let entry = AuditEntry(stored) else {
          throw ConfigurationRefusal(
            .storeCorrupt,
            "audit entry \(stored.sequence) cannot be read; run trialgate audit verify")
        }
        if filter.holds(entry.listValue) {
          if found.count == limit { return (found, last) }
          found.append((entry, stored.hash))
        }
        last = stored.sequence
      }
      scanned += chunk.count
    }
    return (found, last)
  }
}
