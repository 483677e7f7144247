package io.gpuinfer.tasks.detection;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.image.GraphBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** A model that answers known outputs, whatever picture it is given. */
final class KnownOutputs {

  private final GraphBuilder graph = new GraphBuilder("known");

  /**
   * @param extents of its input, as {@link GraphBuilder#input} takes them
   */
  KnownOutputs(DataType type, Object... extents) {
    graph.input("picture", type, extents);
    graph.cast("levels", DataType.FLOAT32, "picture");
    graph.constant("all", new long[] {1, 2, 3}, 3);
    graph.node("ReduceMean", "brightness", Map.of("keepdims", 0L), "levels", "all");
    graph.constant("none", new float[] {0});
    graph.node("Mul", "zero", "brightness", "none");
  }

  /** Of floats, from 0 to 1, with channels before rows. */
  static KnownOutputs ofSize(int width, int height) {
    return new KnownOutputs(DataType.FLOAT32, 1, 3, height, width);
  }

  /** An output of one request; axis 0 is the batch. */
  KnownOutputs output(String name, float[] values, long... shape) {
    graph.constant(name + ".values", values, shape);
    plusZero(name, DataType.FLOAT32, "zero", shape);
    return this;
  }

  /** An output of integers. */
  KnownOutputs output(String name, long[] values, long... shape) {
    graph.constant(name + ".values", values, shape);
    plusZero(name, DataType.INT64, graph.cast(name + ".zero", DataType.INT64, "zero"), shape);
    return this;
  }

  /** So that each request of a batch has the output. */
  private void plusZero(String name, DataType type, String zero, long... shape) {
    long[] column = shape.clone();
    Arrays.fill(column, 1);
    column[0] = -1;
    graph.constant(name + ".column", column, column.length);
    graph.node("Reshape", name + ".each", zero, name + ".column");
    graph.node("Add", name, name + ".values", name + ".each");
    graph.output(name, type, Arrays.stream(shape).boxed().toArray());
  }

  ModelEntry entry(Map<String, String> settings, String... labels) {
    Map<String, ModelSource> files = new HashMap<>();
    files.put(ModelEntry.MODEL, graph.source());
    if (labels.length > 0) {
      byte[] lines = String.join("\n", labels).getBytes(StandardCharsets.UTF_8);
      files.put("labels", ModelSource.of("labels.txt", lines));
    }
    return new ModelEntry("known", "1", "detection", files, Devices.settings(settings));
  }
}
