internal import CohortConfiguration

extension CohortStoreContract {
  static let writingClauses: [Clause] = [
    Clause(description: "a change replaces the resource and leaves the others") { subject in
      let store = try subject.open()
      var scribe = Scribe(subject)
      let other = scribe.resource("other", revision: 1, "stays")
      try scribe.commit([scribe.resource("one", revision: 1, "first"), other], to: store)
      let changed = scribe.resource("one", revision: 2, "second")
      try scribe.commit([changed], to: store)
      for store in [store, try subject.open()] {
        try require(try store.snapshot().resources == [changed, other], "the resources differ")
      }
    },
    Clause(description: "a transaction without resources still has its entry and request") {
      subject in
      let store = try subject.open()
      var scribe = Scribe(subject)
      let request = request("1", time: 5)
      try scribe.commit([], to: store, request: request)
      for store in [store, try subject.open()] {
        try require(try store.snapshot().head == scribe.head, "the head differs")
        try require(try store.request(request.key) == request, "the request is not there")
      }
    },
    Clause(description: "ids of requests are each principal's own") { subject in
      let store = try subject.open()
      var scribe = Scribe(subject)
      let mine = request("1", time: 5)
      try scribe.commit([], to: store, request: mine)
      let key = RequestKey(principal: "bob", id: "1")
      try require(try store.request(key) == nil, "another principal has the request")
      let his = StoredRequest(key: key, bodyDigest: "other", response: [], time: 6)
      try scribe.commit([], to: store, request: his)
      try require(try store.request(mine.key) == mine, "the first is gone")
      try require(try store.request(key) == his, "the second is not there")
    },
    Clause(description: "a request of the same key replaces the record") { subject in
      let store = try subject.open()
      var scribe = Scribe(subject)
      try scribe.commit([], to: store, request: request("1", time: 5))
      let later = StoredRequest(
        key: RequestKey(principal: "ann", id: "1"), bodyDigest: "new", response: [9], time: 7)
      try scribe.commit([], to: store, request: later)
      try require(try store.request(later.key) == later, "the record is the old one")
    },
    Clause(description: "requests before a time are forgotten, that of the time is kept") {
      subject in
      let store = try subject.open()
      var scribe = Scribe(subject)
      for time in [10, 20, 30] as [Int64] {
        try scribe.commit([], to: store, request: request("\(time)", time: time))
      }
      try scribe.commit([], to: store, request: request("new", time: 1), forget: 20)
      for store in [store, try subject.open()] {
        let kept = try ["10", "20", "30", "new"].filter {
          try store.request(RequestKey(principal: "ann", id: $0)) != nil
        }
        try require(kept == ["20", "30", "new"], "kept are \(kept)")
      }
    },
    Clause(description: "a long history keeps every entry and the last of each resource") {
      subject in
      let store = try subject.open()
      var scribe = Scribe(subject)
      var last: [StoredResource] = []
      for round in 1...100 as ClosedRange<Int64> {
        last = (0..<3).map { scribe.resource("c\($0)", revision: round, "\(round)") }
        try scribe.commit(last, to: store)
      }
      for store in [store, try subject.open()] {
        try require(
          try store.snapshot() == StoreSnapshot(resources: last, head: scribe.head), "it differs")
        let entries = try store.auditEntries(after: 0, limit: 1_000)
        try require(entries.map(\.sequence) == Array(1...100), "entries are missing")
      }
    },
  ]

  private static func request(_ id: String, time: Int64) -> StoredRequest {
    StoredRequest(
      key: RequestKey(principal: "ann", id: id), bodyDigest: "digest \(id)",
      response: Array("answer \(id)".utf8), time: time)
  }
}
