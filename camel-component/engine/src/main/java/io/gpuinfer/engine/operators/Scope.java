package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.program.Value;
import java.util.HashMap;
import java.util.Map;

/** The values that the nodes of a graph see by name: its own, and those of the graph around it. */
final class Scope {

  private final Scope outer;
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, String> unmade = new HashMap<>();

  /**
   * @param outer what is around, or null
   */
  Scope(Scope outer) {
    this.outer = outer;
  }

  void put(String name, Value value) {
    values.put(name, value);
  }

  /** An output that its operator has, but the engine does not make. */
  void putUnmade(String name, String node) {
    unmade.put(name, node);
  }

  /**
   * @throws ModelLoadException when the value is one that the engine does not make
   */
  Value get(String name) {
    Value value = values.get(name);
    if (value != null) {
      return value;
    }
    if (unmade.containsKey(name) || outer == null) {
      throw new ModelLoadException(
          "Node '" + unmade.get(name) + "': its output '" + name + "' is not supported");
    }
    return outer.get(name);
  }
}
