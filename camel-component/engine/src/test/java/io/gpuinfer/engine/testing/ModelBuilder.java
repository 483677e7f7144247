package io.gpuinfer.engine.testing;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Writes an ONNX model node by node. Values are referred to by their names. */
public final class ModelBuilder {

  /** Marks an extent that each run chooses. */
  public static final long OPEN = -1;

  private final int opset;
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
  private final Set<String> domains = new TreeSet<>();
  private final String prefix;
  private int names;

  /**
   * @param opset version of ONNX's own operators
   */
  public ModelBuilder(int opset) {
    this(opset, "");
  }

  private ModelBuilder(int opset, String prefix) {
    this.opset = opset;
    this.prefix = prefix;
  }

  /** A graph for a node of this model to run; it sees this model's values. */
  public ModelBuilder body() {
    return new ModelBuilder(opset, prefix + "body" + names++ + "_");
  }

  public String input(String name, DataType type, long... shape) {
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    for (long extent : shape) {
      Dimension.Builder dim = Dimension.newBuilder();
      dims.addDim(extent == OPEN ? dim : dim.setDimValue(extent));
    }
    graph.addInput(value(name, type, dims));
    return name;
  }

  /** A tensor that the file carries. */
  public String constant(Tensor tensor) {
    String name = prefix + "constant" + names++;
    graph.addInitializer(proto(tensor).setName(name));
    return name;
  }

  public String constant(long... values) {
    return constant(Tensor.of(values, values.length));
  }

  /**
   * @param type an operator of ONNX's own by its name, another as {@code domain.Name}
   */
  public Node node(String type, String... inputs) {
    return new Node(type, inputs);
  }

  public String output(String name, DataType type) {
    graph.addOutput(value(name, type, null));
    return name;
  }

  public ModelProto proto() {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
            .setGraph(graph);
    domains.forEach(
        domain ->
            model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(1)));
    return model.build();
  }

  public byte[] bytes() {
    return proto().toByteArray();
  }

  public ModelSource source() {
    return ModelSource.of("test.onnx", bytes());
  }

  private static ValueInfoProto value(
      String name, DataType type, TensorShapeProto.Builder shapeOrNone) {
    TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(type.onnx());
    if (shapeOrNone != null) {
      tensor.setShape(shapeOrNone);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /** The tensor as the format writes it, in raw bytes. */
  public static TensorProto.Builder proto(Tensor tensor) {
    ByteBuffer raw =
        ByteBuffer.allocate(tensor.size() * tensor.type().bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < tensor.size(); i++) {
      switch (tensor.type()) {
        case FLOAT32 -> raw.putFloat((float) tensor.doubleAt(i));
        case FLOAT64 -> raw.putDouble(tensor.doubleAt(i));
        case FLOAT16, BFLOAT16 -> raw.putShort(tensor.shorts().get(i));
        case INT32 -> raw.putInt((int) tensor.longAt(i));
        case INT64 -> raw.putLong(tensor.longAt(i));
        default -> raw.put((byte) tensor.longAt(i));
      }
    }
    TensorProto.Builder proto =
        TensorProto.newBuilder()
            .setDataType(tensor.type().onnx())
            .setRawData(ByteString.copyFrom(raw.flip()));
    Arrays.stream(tensor.shape()).forEach(proto::addDims);
    return proto;
  }

  /** A node under construction; it joins the model when its values are asked for. */
  public final class Node {

    private final NodeProto.Builder proto;

    private Node(String type, String... inputs) {
      int dot = type.lastIndexOf('.');
      proto = NodeProto.newBuilder().setOpType(type.substring(dot + 1));
      proto.addAllInput(List.of(inputs));
      if (dot > 0) {
        proto.setDomain(type.substring(0, dot));
        domains.add(proto.getDomain());
      }
    }

    public Node named(String name) {
      proto.setName(name);
      return this;
    }

    public Node with(String attribute, long number) {
      return with(attribute, AttributeProto.newBuilder().setType(AttributeType.INT).setI(number));
    }

    public Node with(String attribute, float number) {
      return with(attribute, AttributeProto.newBuilder().setType(AttributeType.FLOAT).setF(number));
    }

    public Node with(String attribute, String text) {
      return with(
          attribute,
          AttributeProto.newBuilder()
              .setType(AttributeType.STRING)
              .setS(ByteString.copyFromUtf8(text)));
    }

    public Node with(String attribute, Tensor tensor) {
      return with(
          attribute, AttributeProto.newBuilder().setType(AttributeType.TENSOR).setT(proto(tensor)));
    }

    /** A graph that the node runs. */
    public Node with(String attribute, ModelBuilder body) {
      return with(
          attribute, AttributeProto.newBuilder().setType(AttributeType.GRAPH).setG(body.graph));
    }

    /** A list of integers, even when it has one. */
    public Node withAll(String attribute, long... numbers) {
      AttributeProto.Builder list = AttributeProto.newBuilder().setType(AttributeType.INTS);
      Arrays.stream(numbers).forEach(list::addInts);
      return with(attribute, list);
    }

    /** A list of reals, even when it has one. */
    public Node withAll(String attribute, float... numbers) {
      AttributeProto.Builder list = AttributeProto.newBuilder().setType(AttributeType.FLOATS);
      for (float number : numbers) {
        list.addFloats(number);
      }
      return with(attribute, list);
    }

    private Node with(String attribute, AttributeProto.Builder value) {
      proto.addAttribute(value.setName(attribute));
      return this;
    }

    /** Adds the node and answers the name of its one output. */
    public String value() {
      return values(1).get(0);
    }

    /** Adds the node with that many outputs and answers their names. */
    public List<String> values(int count) {
      List<String> outputs = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        outputs.add(prefix + proto.getOpType() + names++);
      }
      graph.addNode(proto.addAllOutput(outputs));
      return outputs;
    }

    /** Operator and attributes, for messages. */
    @Override
    public String toString() {
      List<String> attributes = new ArrayList<>();
      for (AttributeProto attribute : proto.getAttributeList()) {
        attributes.add(attribute.getName() + "=" + text(attribute));
      }
      return proto.getOpType() + attributes;
    }

    private static String text(AttributeProto attribute) {
      return switch (attribute.getType()) {
        case INT -> Long.toString(attribute.getI());
        case FLOAT -> Float.toString(attribute.getF());
        case STRING -> attribute.getS().toStringUtf8();
        case INTS -> attribute.getIntsList().toString();
        case FLOATS -> attribute.getFloatsList().toString();
        default -> "…";
      };
    }
  }
}
