package io.gpuinfer.tasks.text;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.serving.repository.Setting;
import io.gpuinfer.tasks.Devices;
import java.util.Map;
import java.util.Random;

/** A table of eight seeded random numbers for each word piece, with MiniLM's tokenizer. */
public final class TinyTextModel {

  /** Pieces that MiniLM's tokenizer knows. */
  public static final int VOCABULARY = 30522;

  private static final int WIDTH = 8;

  private TinyTextModel() {}

  public static ModelEntry entry(Map<String, String> settings) {
    return entry(VOCABULARY, Devices.settings(settings));
  }

  /** A model that reads its word pieces as {@code INT32}. */
  public static ModelEntry ofInts() {
    return entry(VOCABULARY, DataType.INT32, Map.of());
  }

  /**
   * A model whose table has places for the first pieces alone.
   *
   * @param pieces that the table has places for
   */
  public static ModelEntry entry(int pieces, Map<String, Setting> settings) {
    return entry(pieces, DataType.INT64, settings);
  }

  private static ModelEntry entry(int pieces, DataType ids, Map<String, Setting> settings) {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("table")
            .addInput(value("input_ids", ids, "batch", "tokens"))
            .addOutput(value("last_hidden_state", DataType.FLOAT32, "batch", "tokens", "8"))
            .addInitializer(SeededTensors.of(new Random(7), 1, "table", pieces, WIDTH));
    graph
        .addNodeBuilder()
        .setOpType("Gather")
        .addInput("table")
        .addInput("input_ids")
        .addOutput("last_hidden_state");
    byte[] model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
            .setGraph(graph)
            .build()
            .toByteArray();
    return new ModelEntry(
        "tiny",
        "1",
        "embedding",
        Map.of(
            "model",
            ModelSource.of("tiny.onnx", model),
            "tokenizer",
            Devices.minilm(Map.of()).file("tokenizer")),
        settings);
  }

  private static ValueInfoProto value(String name, DataType type, String... extents) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (String extent : extents) {
      if (extent.matches("\\d+")) {
        shape.addDimBuilder().setDimValue(Integer.parseInt(extent));
      } else {
        shape.addDimBuilder().setDimParam(extent);
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.onnx()).setShape(shape)))
        .build();
  }
}
