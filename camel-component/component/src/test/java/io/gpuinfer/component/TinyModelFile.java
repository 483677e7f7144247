package io.gpuinfer.component;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.gpuinfer.engine.DataType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Files of models of one operator. */
final class TinyModelFile {

  /** Word pieces that MiniLM's tokenizer knows. */
  private static final int WORD_PIECES = 30522;

  private static final int WIDTH = 4;
  private static final String TOKENIZER = "/all-minilm-l6-v2-tokenizer.json";

  private TinyModelFile() {}

  /**
   * Writes {@code y = -x}, on rows of three floats, into a folder, and answers its {@code file:}
   * URI.
   */
  static String in(Path folder) throws IOException {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("tiny");
    graph.addNodeBuilder().setOpType("Neg").addInput("x").addOutput("y");
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam("rows");
    shape.addDimBuilder().setDimValue(3);
    graph.addInput(value("x", DataType.FLOAT32, shape));
    graph.addOutput(value("y", DataType.FLOAT32, shape));
    return write(graph, folder.resolve("tiny.onnx")).toUri().toString();
  }

  /**
   * Makes a folder a model repository whose only model, {@code words}, looks word pieces up in a
   * table: an embedding that costs no more than what is around it.
   */
  static void embeddingIn(Path repository) throws IOException {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("words");
    graph
        .addInitializerBuilder()
        .setName("table")
        .setDataType(DataType.FLOAT32.onnx())
        .addDims(WORD_PIECES)
        .addDims(WIDTH)
        .addAllFloatData(Collections.nCopies(WORD_PIECES * WIDTH, 0.5f));
    graph
        .addNodeBuilder()
        .setOpType("Gather")
        .addInput("table")
        .addInput("input_ids")
        .addOutput("hidden");
    TensorShapeProto.Builder ids = TensorShapeProto.newBuilder();
    ids.addDimBuilder().setDimParam("texts");
    ids.addDimBuilder().setDimParam("tokens");
    graph.addInput(value("input_ids", DataType.INT64, ids));
    graph.addOutput(
        value(
            "hidden",
            DataType.FLOAT32,
            TensorShapeProto.newBuilder(ids.build())
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(WIDTH))));
    Path version = Files.createDirectories(repository.resolve("words/1"));
    write(graph, version.resolve("model.onnx"));
    Files.writeString(
        version.resolve("model.yaml"),
        """
        task: embedding
        files:
          model: model.onnx
          tokenizer: classpath:all-minilm-l6-v2-tokenizer.json
        """);
  }

  /**
   * Adds a model to a repository that answers the sum of what its word pieces count.
   *
   * @param name of the model, and its task
   * @param answers numbers that it answers a text with
   * @param counts what a word counts for each of them
   */
  static void countingIn(
      Path repository, String name, String task, int answers, Map<String, List<Float>> counts)
      throws IOException {
    List<Float> table = new ArrayList<>(Collections.nCopies(WORD_PIECES * answers, 0f));
    try (InputStream file = TinyModelFile.class.getResourceAsStream(TOKENIZER);
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(file, Map.of())) {
      counts.forEach(
          (word, values) -> {
            int piece = (int) tokenizer.encode(word, false, false).getIds()[0];
            for (int i = 0; i < answers; i++) {
              table.set(piece * answers + i, values.get(i));
            }
          });
    }
    GraphProto.Builder graph = GraphProto.newBuilder().setName(name);
    graph
        .addInitializerBuilder()
        .setName("table")
        .setDataType(DataType.FLOAT32.onnx())
        .addDims(WORD_PIECES)
        .addDims(answers)
        .addAllFloatData(table);
    graph
        .addInitializerBuilder()
        .setName("tokens")
        .setDataType(DataType.INT64.onnx())
        .addDims(1)
        .addInt64Data(1);
    graph
        .addNodeBuilder()
        .setOpType("Gather")
        .addInput("table")
        .addInput("input_ids")
        .addOutput("counts");
    graph
        .addNodeBuilder()
        .setOpType("ReduceSum")
        .addInput("counts")
        .addInput("tokens")
        .addOutput("logits")
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("keepdims")
                .setType(AttributeProto.AttributeType.INT)
                .setI(0));
    TensorShapeProto.Builder ids = TensorShapeProto.newBuilder();
    ids.addDimBuilder().setDimParam("texts");
    ids.addDimBuilder().setDimParam("tokens");
    graph.addInput(value("input_ids", DataType.INT64, ids));
    TensorShapeProto.Builder logits = TensorShapeProto.newBuilder();
    logits.addDimBuilder().setDimParam("texts");
    logits.addDimBuilder().setDimValue(answers);
    graph.addOutput(value("logits", DataType.FLOAT32, logits));
    Path version = Files.createDirectories(repository.resolve(name + "/1"));
    write(graph, version.resolve("model.onnx"));
    Files.writeString(
        version.resolve("model.yaml"),
        """
        task: %s
        files:
          model: model.onnx
          tokenizer: classpath:all-minilm-l6-v2-tokenizer.json
        """
            .formatted(task));
  }

  private static Path write(GraphProto.Builder graph, Path file) throws IOException {
    return Files.write(
        file,
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
            .setGraph(graph)
            .build()
            .toByteArray());
  }

  private static ValueInfoProto value(String name, DataType type, TensorShapeProto.Builder shape) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.onnx()).setShape(shape)))
        .build();
  }
}
