package io.gpuinfer.tasks.text;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.Devices;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * MiniLM with a linear head of seeded random weights on the first token, as a cross-encoder or a
 * classifier of texts has one: no registry carries such a model.
 */
public final class HeadedModel {

  private static final String HIDDEN = "last_hidden_state";
  private static final int WIDTH = 384;

  /** Of the weights; so that logits are small enough for probabilities that differ. */
  private static final double DEVIATION = 0.2;

  private HeadedModel() {}

  /**
   * The model with its tokenizer.
   *
   * @param outputs numbers that it answers a row with
   */
  public static ModelEntry entry(String task, int outputs, Map<String, String> settings)
      throws IOException {
    ModelEntry minilm = Devices.minilm(settings);
    ModelProto model = ModelProto.parseFrom(TextOracle.bytes(minilm.file("model")));
    Map<String, ModelSource> files = new HashMap<>(minilm.files());
    files.put("model", ModelSource.of("headed.onnx", withHead(model, outputs).toByteArray()));
    return new ModelEntry("headed", "1", task, files, minilm.settings());
  }

  private static ModelProto withHead(ModelProto model, int outputs) {
    GraphProto.Builder graph = model.getGraph().toBuilder().clearOutput();
    Random random = new Random(42);
    graph.addInitializer(SeededTensors.of(random, DEVIATION, "head_weights", WIDTH, outputs));
    graph.addInitializer(SeededTensors.of(random, DEVIATION, "head_bias", outputs));
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName("first_token")
            .setDataType(DataType.INT64.onnx())
            .addInt64Data(0));
    graph
        .addNodeBuilder()
        .setOpType("Gather")
        .addInput(HIDDEN)
        .addInput("first_token")
        .addOutput("first_vector")
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("axis")
                .setType(AttributeProto.AttributeType.INT)
                .setI(1));
    graph
        .addNodeBuilder()
        .setOpType("Gemm")
        .addInput("first_vector")
        .addInput("head_weights")
        .addInput("head_bias")
        .addOutput("logits");
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam("batch");
    shape.addDimBuilder().setDimValue(outputs);
    graph.addOutput(
        ValueInfoProto.newBuilder()
            .setName("logits")
            .setType(
                TypeProto.newBuilder()
                    .setTensorType(
                        TypeProto.Tensor.newBuilder()
                            .setElemType(DataType.FLOAT32.onnx())
                            .setShape(shape))));
    return model.toBuilder().setGraph(graph).build();
  }
}
