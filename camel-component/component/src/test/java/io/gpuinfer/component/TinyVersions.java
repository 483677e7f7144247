package io.gpuinfer.component;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.gpuinfer.engine.DataType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A repository with versions of the model {@code tiny}, which adds something to rows of floats: who
 * sees an answer knows which version gave it.
 */
final class TinyVersions {

  static final String MODEL = "tiny";

  private final Path root;

  /**
   * @param root the folder of the repository
   */
  TinyVersions(Path root) {
    this.root = root;
  }

  String location() {
    return root.toString();
  }

  /** A version that adds its own number to rows of three. */
  void addNumbered(int version) {
    add(String.valueOf(version), adding(version, 3));
  }

  /**
   * A version that adds its own number to rows of so many floats, each by a weight of its own.
   *
   * @param width floats of a row, so four times as many bytes of weights
   */
  void addNumbered(int version, int width) {
    add(String.valueOf(version), adding(version, width));
  }

  /** A version that no engine can read. */
  void addDamaged(int version) {
    add(String.valueOf(version), "this is no model".getBytes(StandardCharsets.UTF_8));
  }

  /** A version with an operator that no engine knows. */
  void addUnsupported(int version) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName(MODEL);
    graph.addNodeBuilder().setOpType("Juggle").setName("juggler").addInput("x").addOutput("y");
    add(String.valueOf(version), model(graph, 3));
  }

  void remove(int version) {
    try (Stream<Path> files = Files.walk(folder(String.valueOf(version)))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As it should be done: the folder gets its name when all is in it. */
  private void add(String version, byte[] model) {
    try {
      Path folder = folder(version);
      Files.createDirectories(folder.getParent());
      Path copy = Files.createTempDirectory(root, "copy-of-" + version + "-");
      Files.write(copy.resolve("net.onnx"), model);
      Files.move(copy, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path folder(String version) {
    return root.resolve(MODEL).resolve(version);
  }

  private static byte[] adding(int number, int width) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName(MODEL);
    graph.addNodeBuilder().setOpType("Add").addInput("x").addInput("c").addOutput("y");
    TensorProto.Builder constant =
        graph
            .addInitializerBuilder()
            .setName("c")
            .setDataType(DataType.FLOAT32.onnx())
            .addDims(width);
    for (int i = 0; i < width; i++) {
      constant.addFloatData(number);
    }
    return model(graph, width);
  }

  private static byte[] model(GraphProto.Builder graph, int width) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .setGraph(graph.addInput(rows("x", width)).addOutput(rows("y", width)))
        .build()
        .toByteArray();
  }

  private static ValueInfoProto rows(String name, int width) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam("rows");
    shape.addDimBuilder().setDimValue(width);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(DataType.FLOAT32.onnx())
                        .setShape(shape)))
        .build();
  }
}
