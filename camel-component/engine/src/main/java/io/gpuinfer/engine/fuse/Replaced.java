package io.gpuinfer.engine.fuse;

import io.gpuinfer.engine.program.Op;
import io.gpuinfer.engine.program.Value;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a fusion puts one op in the place of: the ops between its inputs and its output. */
final class Replaced {

  private final Map<Value, Op> producers;
  private final Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<String> origins = new LinkedHashSet<>();

  private Replaced(Map<Value, Op> producers, List<Value> inputs) {
    this.producers = producers;
    this.seen.addAll(inputs);
  }

  /**
   * Names of the model's nodes that are done by the op in their place, in the order of the program.
   *
   * @param last the op whose output it has
   * @param inputs what it reads
   */
  static List<String> origins(Op last, List<Value> inputs, Map<Value, Op> producers) {
    Replaced replaced = new Replaced(producers, inputs);
    replaced.add(last);
    return List.copyOf(replaced.origins);
  }

  private void add(Op op) {
    for (Value input : op.inputs()) {
      if (seen.add(input) && producers.containsKey(input)) {
        add(producers.get(input));
      }
    }
    origins.addAll(op.origins());
  }
}
