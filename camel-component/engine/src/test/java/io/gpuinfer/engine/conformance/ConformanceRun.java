package io.gpuinfer.engine.conformance;

import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.conformance.ConformanceCase.DataSet;
import io.gpuinfer.engine.graph.Graph;
import io.gpuinfer.engine.graph.Node;
import io.gpuinfer.engine.onnx.OnnxReader;
import io.gpuinfer.engine.opencl.Sessions;
import io.gpuinfer.engine.operators.Operators;
import io.gpuinfer.engine.testing.Agreement;
import io.gpuinfer.engine.testing.HostPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs cases on one class of kernels. Many go into one graph, since compiling a program takes
 * longer than all else; when that graph fails, each is run by itself.
 */
final class ConformanceRun {

  private static final int CASES_IN_ONE_PROGRAM = 64;

  /** The suite's own tolerance. */
  private static final Agreement CLOSE = new Agreement(1e-3, 1e-7);

  /** One data set of a case, its values renamed so that they meet no other's. */
  private record Part(ConformanceCase source, String prefix, Graph graph, DataSet data) {

    Map<String, Tensor> inputs() {
      Map<String, Tensor> inputs = new LinkedHashMap<>();
      for (int i = 0; i < graph.inputs().size(); i++) {
        inputs.put(graph.inputs().get(i).name(), data.inputs().get(i));
      }
      return inputs;
    }
  }

  private final DeviceClass kernels;
  private final Map<String, String> failures = new TreeMap<>();

  ConformanceRun(DeviceClass kernels) {
    this.kernels = kernels;
  }

  /** What went wrong, by the name of the case. */
  Map<String, String> failures(List<ConformanceCase> cases) throws IOException {
    List<Part> parts = new ArrayList<>();
    for (ConformanceCase next : cases) {
      try {
        List<Part> own = partsOf(next);
        own.forEach(this::planAlone);
        parts.addAll(own);
      } catch (RuntimeException e) {
        failures.put(next.name(), reason(e));
      }
    }
    for (int from = 0; from < parts.size(); from += CASES_IN_ONE_PROGRAM) {
      runTogether(parts.subList(from, Math.min(parts.size(), from + CASES_IN_ONE_PROGRAM)));
    }
    return failures;
  }

  private static List<Part> partsOf(ConformanceCase source) throws IOException {
    List<Part> parts = new ArrayList<>();
    Graph graph = OnnxReader.read(source.source());
    for (Node node : Operators.unsupported(graph)) {
      throw new IllegalStateException(node.signature() + " is not supported");
    }
    List<DataSet> sets = source.dataSets();
    if (sets.isEmpty()) {
      throw new IllegalStateException("no data");
    }
    for (int i = 0; i < sets.size(); i++) {
      String prefix = source.name() + "#" + i + ":";
      parts.add(new Part(source, prefix, renamed(graph, prefix), sets.get(i)));
    }
    return parts;
  }

  private static String reason(RuntimeException e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    return message.replaceAll("[^ ']*#\\d+:", "");
  }

  private static Graph renamed(Graph graph, String prefix) {
    Map<String, Tensor> constants = new LinkedHashMap<>();
    graph.constants().forEach((name, tensor) -> constants.put(prefix + name, tensor));
    return new Graph(
        prefix,
        graph.inputs().stream().map(info -> renamed(info, prefix)).toList(),
        graph.outputs().stream().map(info -> renamed(info, prefix)).toList(),
        constants,
        graph.nodes().stream().map(node -> renamed(node, prefix)).toList());
  }

  private static TensorInfo renamed(TensorInfo info, String prefix) {
    return new TensorInfo(prefix + info.name(), info.type(), info.shape(), info.symbols());
  }

  private static Node renamed(Node node, String prefix) {
    return new Node(
        prefix + node.name(),
        node.domain(),
        node.type(),
        node.opset(),
        renamed(node.inputs(), prefix),
        renamed(node.outputs(), prefix),
        node.attributes().withGraphs(body -> renamed(body, prefix)));
  }

  private static List<String> renamed(List<String> names, String prefix) {
    return names.stream().map(name -> name.isEmpty() ? name : prefix + name).toList();
  }

  /** Refuses what cannot be planned, before it spoils the program of many. */
  private void planAlone(Part part) {
    HostPlan.of(part.graph(), part.inputs(), kernels);
  }

  private void runTogether(List<Part> parts) {
    try {
      run(parts);
    } catch (RuntimeException together) {
      for (Part part : parts) {
        try {
          run(List.of(part));
        } catch (RuntimeException alone) {
          failures.put(part.source().name(), reason(alone));
        }
      }
    }
  }

  private void run(List<Part> parts) {
    List<TensorInfo> inputs = new ArrayList<>();
    List<TensorInfo> outputs = new ArrayList<>();
    Map<String, Tensor> constants = new LinkedHashMap<>();
    List<Node> nodes = new ArrayList<>();
    Map<String, Tensor> given = new LinkedHashMap<>();
    for (Part part : parts) {
      inputs.addAll(part.graph().inputs());
      outputs.addAll(part.graph().outputs());
      constants.putAll(part.graph().constants());
      nodes.addAll(part.graph().nodes());
      given.putAll(part.inputs());
    }
    Graph together = new Graph("conformance", inputs, outputs, constants, nodes);
    LoadOptions options = LoadOptions.builder().deviceClass(kernels).build();
    try (InferenceSession session = Sessions.of(together, options)) {
      Map<String, Tensor> answers = session.run(given);
      parts.forEach(part -> compare(part, answers));
    }
  }

  private void compare(Part part, Map<String, Tensor> answers) {
    for (int i = 0; i < part.graph().outputs().size(); i++) {
      String name = part.graph().outputs().get(i).name();
      if (i < part.data().outputs().size()) {
        String difference = CLOSE.difference(part.data().outputs().get(i), answers.get(name));
        if (difference != null) {
          failures.put(part.source().name(), difference);
        }
      }
    }
  }
}
