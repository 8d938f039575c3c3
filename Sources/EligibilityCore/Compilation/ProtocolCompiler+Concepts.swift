extension ProtocolCompiler {
  mutating func compileConcepts() {
    for (index, concept) in definition.concepts.enumerated() {
      let path = "concepts[\(index)]"
      if concept.id.isEmpty { report("\(path).id", "REQUIRED", "give the concept's id") }
      if catalogue.indexByID.updateValue(index, forKey: concept.id) != nil {
        report("\(path).id", "DUPLICATE", "the concept '\(concept.id)' is defined twice")
      }
      for (position, coding) in concept.codings.enumerated() {
        if coding.system.isEmpty || coding.code.isEmpty {
          report("\(path).codings[\(position)]", "REQUIRED", "give system and code")
        } else if let other = catalogue.indexByCoding.updateValue(index, forKey: coding) {
          report(
            "\(path).codings[\(position)]", "CODING_AMBIGUOUS",
            "the coding belongs to '\(definition.concepts[other].id)' too")
        }
      }
      catalogue.concepts.append(compile(concept, path))
    }
    resolveImplications()
  }

  private mutating func compile(_ concept: ConceptDefinition, _ path: String) -> ConceptDraft {
    let kind = required(concept.kind, "\(path).kind") ?? .quantity
    checkUnit(concept.unit, "\(path).unit", required: concept.kind == .quantity)
    let factors = unitFactors(concept.unit, concept.units, path)
    let low = optionalDecimal(concept.plausibleLow, "\(path).plausible_low")
    let high = optionalDecimal(concept.plausibleHigh, "\(path).plausible_high")
    if let low, let high, low > high {
      report("\(path).plausible_low", "RANGE_EMPTY", "the low end is above the high end")
    }
    if kind != .statement, concept.notForSex != nil || !concept.implies.isEmpty {
      report(path, "CONCEPT_KIND", "not_for_sex and implies are for statements")
    }
    return ConceptDraft(
      id: concept.id, kind: kind, codings: concept.codings, unit: concept.unit, factors: factors,
      plausibleLow: low, plausibleHigh: high, notForSex: concept.notForSex, implies: [],
      impliedBy: [], systems: concept.systems, sets: CodeSetMask(), exceptSets: CodeSetMask())
  }

  private mutating func resolveImplications() {
    for (index, concept) in definition.concepts.enumerated() {
      for (position, id) in concept.implies.enumerated() {
        let path = "concepts[\(index)].implies[\(position)]"
        guard let target = self.concept(id, path, kinds: [.statement]) else { continue }
        catalogue.concepts[index].implies.append(target)
        catalogue.concepts[target].impliedBy.append(index)
      }
    }
  }

  mutating func compileCodeSets() {
    if definition.codeSets.count > CodeSetMask.capacity {
      report("code_sets", "TOO_MANY", "at most \(CodeSetMask.capacity) code sets")
      // Names still resolve, so that nothing else is reported than what is wrong.
      for (index, set) in definition.codeSets.enumerated() {
        catalogue.setIndexByID[set.id] = index
      }
      return
    }
    for (index, set) in definition.codeSets.enumerated() {
      let path = "code_sets[\(index)]"
      if set.id.isEmpty { report("\(path).id", "REQUIRED", "give the set's id") }
      if catalogue.setIndexByID.updateValue(index, forKey: set.id) != nil {
        report("\(path).id", "DUPLICATE", "the code set '\(set.id)' is defined twice")
      }
      catalogue.setIDs.append(set.id)
      if set.concepts.isEmpty, set.members.isEmpty, set.includes.isEmpty {
        report(path, "EMPTY", "a code set needs concepts, members or other sets")
      }
      enter(set, index, path)
    }
    closeOverInclusions()
    assignConceptsToSets()
  }

  private mutating func enter(_ set: CodeSet, _ index: Int, _ path: String) {
    let own = CodeSetMask(set: index)
    for (position, member) in set.members.enumerated() {
      let memberPath = "\(path).members[\(position)]"
      if member.system.isEmpty {
        report("\(memberPath).system", "REQUIRED", "give the terminology")
      }
      if member.codes.isEmpty, member.prefixes.isEmpty {
        report(memberPath, "EMPTY", "give codes or prefixes")
      }
      if !member.prefixes.isEmpty { catalogue.hierarchicalSystems.insert(member.system) }
      for prefix in member.prefixes + member.exceptPrefixes {
        catalogue.longestPrefix = max(catalogue.longestPrefix, prefix.count)
      }
      for code in member.codes {
        catalogue.setsByCode[Coding(system: member.system, code: code), default: CodeSetMask()]
          .formUnion(own)
      }
      for prefix in member.prefixes {
        catalogue.setsByPrefix[Coding(system: member.system, code: prefix), default: CodeSetMask()]
          .formUnion(own)
      }
      for prefix in member.exceptPrefixes {
        catalogue.exceptionsByPrefix[
          Coding(system: member.system, code: prefix), default: CodeSetMask()
        ].formUnion(own)
      }
    }
  }

  /// Computes for each set every set that includes it, directly or through others.
  private mutating func closeOverInclusions() {
    let count = definition.codeSets.count
    var includers = [[Int]](repeating: [], count: count)
    for (index, set) in definition.codeSets.enumerated() {
      for (position, id) in set.includes.enumerated() {
        guard let included = codeSet(id, "code_sets[\(index)].includes[\(position)]") else {
          continue
        }
        includers[included].append(index)
      }
    }
    for index in 0..<count {
      var mask = CodeSetMask(set: index)
      var queue = [index]
      while let next = queue.popLast() {
        for includer in includers[next] where !mask.contains(includer) {
          mask.formUnion(CodeSetMask(set: includer))
          queue.append(includer)
        }
      }
      catalogue.supersets.append(mask)
    }
  }

  private mutating func assignConceptsToSets() {
    for (index, set) in definition.codeSets.enumerated() {
      for (position, id) in set.concepts.enumerated() {
        guard let concept = catalogue.indexByID[id] else {
          report(
            "code_sets[\(index)].concepts[\(position)]", "CONCEPT_UNKNOWN",
            "'\(id)' is no concept of this definition")
          continue
        }
        catalogue.concepts[concept].sets.formUnion(catalogue.supersets[index])
      }
      for (position, id) in set.exceptConcepts.enumerated() {
        guard let concept = catalogue.indexByID[id] else {
          report(
            "code_sets[\(index)].except_concepts[\(position)]", "CONCEPT_UNKNOWN",
            "'\(id)' is no concept of this definition")
          continue
        }
        catalogue.concepts[concept].exceptSets.formUnion(CodeSetMask(set: index))
      }
    }
    for index in catalogue.concepts.indices {
      for coding in catalogue.concepts[index].codings {
        catalogue.concepts[index].sets.formUnion(catalogue.membership(of: coding).sets)
      }
      catalogue.concepts[index].sets.subtract(catalogue.concepts[index].exceptSets)
    }
  }
}
