package io.gpuinfer.tasks.image;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.ModelSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Builds small ONNX graphs: the steps before and after a model, so that they run as passes on the
 * same device. Values are known by name, and a node is named after its output.
 */
public final class GraphBuilder {

  /** Resize smooths what it reduces since 18. */
  private static final int OPSET = 18;

  private static final int IR_VERSION = 8;

  private final GraphProto.Builder graph = GraphProto.newBuilder();

  public GraphBuilder(String name) {
    graph.setName(name);
  }

  /**
   * Adds an input.
   *
   * @param extents numbers for those that are fixed, names for those that are not
   * @return its name
   */
  public String input(String name, DataType type, Object... extents) {
    graph.addInput(value(name, type, extents));
    return name;
  }

  /** Says that a value is an output; extents are as with {@link #input}. */
  public void output(String name, DataType type, Object... extents) {
    graph.addOutput(value(name, type, extents));
  }

  /**
   * Adds a node without attributes.
   *
   * @return its output
   */
  public String node(String operator, String output, String... inputs) {
    return node(operator, output, Map.of(), inputs);
  }

  /**
   * Adds a node.
   *
   * @param output what to call its output
   * @param attributes each a {@code Long}, a {@code Float}, a {@code String} or a list of {@code
   *     Long}
   * @param inputs values; an empty name leaves an optional one out
   * @return its output
   */
  public String node(String operator, String output, Map<String, ?> attributes, String... inputs) {
    graph
        .addNodeBuilder()
        .setOpType(operator)
        .setName(output)
        .addOutput(output)
        .addAllInput(Arrays.asList(inputs))
        .addAllAttribute(
            attributes.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(attribute -> attribute(attribute.getKey(), attribute.getValue()))
                .toList());
    return output;
  }

  /** Adds a node that makes another type of a value. */
  public String cast(String output, DataType to, String input) {
    return node("Cast", output, Map.of("to", (long) to.onnx()), input);
  }

  /**
   * Adds a constant.
   *
   * @return its name
   */
  public String constant(String name, float[] values, long... shape) {
    TensorProto.Builder tensor = tensor(name, DataType.FLOAT32, shape);
    for (float value : values) {
      tensor.addFloatData(value);
    }
    return name;
  }

  /** As {@link #constant(String, float[], long...)}, of integers. */
  public String constant(String name, int[] values, long... shape) {
    TensorProto.Builder tensor = tensor(name, DataType.INT32, shape);
    for (int value : values) {
      tensor.addInt32Data(value);
    }
    return name;
  }

  /** As {@link #constant(String, float[], long...)}, of long integers. */
  public String constant(String name, long[] values, long... shape) {
    TensorProto.Builder tensor = tensor(name, DataType.INT64, shape);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    return name;
  }

  /** What was built, under the graph's name. */
  public ModelSource source() {
    byte[] model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
            .setGraph(graph)
            .build()
            .toByteArray();
    return ModelSource.of(graph.getName() + ".onnx", model);
  }

  private TensorProto.Builder tensor(String name, DataType type, long... shape) {
    TensorProto.Builder tensor =
        graph.addInitializerBuilder().setName(name).setDataType(type.onnx());
    for (long extent : shape) {
      tensor.addDims(extent);
    }
    return tensor;
  }

  private static ValueInfoProto value(String name, DataType type, Object... extents) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object extent : extents) {
      if (extent instanceof Number fixed) {
        shape.addDimBuilder().setDimValue(fixed.longValue());
      } else {
        shape.addDimBuilder().setDimParam((String) extent);
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

  private static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    if (value instanceof Long integer) {
      attribute.setType(AttributeProto.AttributeType.INT).setI(integer);
    } else if (value instanceof Float real) {
      attribute.setType(AttributeProto.AttributeType.FLOAT).setF(real);
    } else if (value instanceof String text) {
      attribute.setType(AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(text));
    } else {
      attribute.setType(AttributeProto.AttributeType.INTS);
      ((List<?>) value).forEach(element -> attribute.addInts((Long) element));
    }
    return attribute.build();
  }
}
