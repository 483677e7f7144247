package io.gpuinfer.engine.graph;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The attributes of a node: {@code Long}, {@code Float}, {@code String}, {@link Tensor}, {@link
 * Graph}, {@code long[]}, {@code float[]} or lists, by name.
 */
public final class Attributes {

  public static final Attributes NONE = new Attributes(Map.of());

  private final Map<String, Object> values;

  public Attributes(Map<String, Object> values) {
    this.values = Map.copyOf(values);
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  public long integer(String name, long otherwise) {
    return has(name) ? value(name, Long.class) : otherwise;
  }

  public int intOr(String name, int otherwise) {
    return Math.toIntExact(integer(name, otherwise));
  }

  public boolean flag(String name, boolean otherwise) {
    return integer(name, otherwise ? 1 : 0) != 0;
  }

  public float real(String name, float otherwise) {
    return has(name) ? value(name, Float.class) : otherwise;
  }

  public String text(String name, String otherwise) {
    return has(name) ? value(name, String.class) : otherwise;
  }

  /** A list of integers, or null when the node has none of that name. */
  public long[] integers(String name) {
    return has(name) ? value(name, long[].class).clone() : null;
  }

  /** A list of reals, or null when the node has none of that name. */
  public float[] reals(String name) {
    return has(name) ? value(name, float[].class).clone() : null;
  }

  /** A list of texts, or null when the node has none of that name. */
  public List<String> texts(String name) {
    if (!has(name)) {
      return null;
    }
    List<?> texts = value(name, List.class);
    return texts.stream().map(String.class::cast).toList();
  }

  public Tensor tensor(String name) {
    return value(name, Tensor.class);
  }

  /** A graph that the node runs, or does not, as it sees fit. */
  public Graph graph(String name) {
    return value(name, Graph.class);
  }

  /** All graphs that the node may run. */
  public List<Graph> graphs() {
    return values.values().stream().filter(Graph.class::isInstance).map(Graph.class::cast).toList();
  }

  /** The same with every graph replaced. */
  public Attributes withGraphs(UnaryOperator<Graph> replacement) {
    Map<String, Object> replaced = new HashMap<>(values);
    replaced.replaceAll(
        (name, value) -> value instanceof Graph graph ? replacement.apply(graph) : value);
    return new Attributes(replaced);
  }

  public List<String> names() {
    return values.keySet().stream().sorted().toList();
  }

  private <T> T value(String name, Class<T> type) {
    Object value = values.get(name);
    if (!type.isInstance(value)) {
      throw new ModelLoadException(
          "Attribute '"
              + name
              + "' should be "
              + type.getSimpleName()
              + " but is "
              + (value == null ? "missing" : value.getClass().getSimpleName()));
    }
    return type.cast(value);
  }
}
