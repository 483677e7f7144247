package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.graph.Graph;
import io.gpuinfer.engine.graph.Node;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Finds inputs whose elements must be known before the run, as shapes depend on them. */
final class ShapeInputs {

  /** Operators whose output's shape depends on elements of their inputs, from the given one on. */
  private static final Map<String, Integer> SHAPED_BY_INPUTS =
      Map.ofEntries(
          Map.entry("Reshape", 1),
          Map.entry("Resize", 1),
          Map.entry("Upsample", 1),
          Map.entry("Expand", 1),
          Map.entry("Slice", 1),
          Map.entry("Tile", 1),
          Map.entry("Pad", 1),
          Map.entry("Split", 1),
          Map.entry("Squeeze", 1),
          Map.entry("Unsqueeze", 1),
          Map.entry("ReduceSum", 1),
          Map.entry("ReduceMean", 1),
          Map.entry("ReduceMax", 1),
          Map.entry("ReduceMin", 1),
          Map.entry("ReduceProd", 1),
          Map.entry("ReduceSumSquare", 1),
          Map.entry("ReduceL1", 1),
          Map.entry("ReduceL2", 1),
          Map.entry("ReduceLogSum", 1),
          Map.entry("ReduceLogSumExp", 1),
          Map.entry("Dropout", 1),
          Map.entry("OneHot", 1),
          Map.entry("HannWindow", 0),
          Map.entry("HammingWindow", 0),
          Map.entry("BlackmanWindow", 0),
          Map.entry("MelWeightMatrix", 0),
          Map.entry("DFT", 1),
          Map.entry("STFT", 1),
          Map.entry("TopK", 1),
          Map.entry("CumSum", 1),
          Map.entry("MaxUnpool", 2),
          Map.entry("Compress", 1),
          Map.entry("NonZero", 0),
          Map.entry("Unique", 0),
          Map.entry("NonMaxSuppression", 0),
          Map.entry("ConstantOfShape", 0),
          Map.entry("Range", 0));

  private final Set<String> needed = new HashSet<>();

  private ShapeInputs() {}

  /** From which input on the elements decide on the shape of an operator's output, if any do. */
  static OptionalInt first(String operator) {
    Integer first = SHAPED_BY_INPUTS.get(operator);
    return first == null ? OptionalInt.empty() : OptionalInt.of(first);
  }

  /** Their names. */
  static Set<String> of(Graph graph) {
    ShapeInputs search = new ShapeInputs();
    search.visit(graph.nodes());
    search.needed.retainAll(graph.inputs().stream().map(TensorInfo::name).toList());
    return search.needed;
  }

  private void need(String name) {
    if (!name.isEmpty()) {
      needed.add(name);
    }
  }

  private boolean isNeeded(String name) {
    return needed.contains(name);
  }

  private void visit(List<Node> nodes) {
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      switch (node.type()) {
        case "Shape", "Size" -> {}
        case "If" -> branches(node);
        case "Loop" -> loop(node);
        default -> visit(node);
      }
    }
  }

  private void visit(Node node) {
    boolean feedsShape = node.outputs().stream().anyMatch(this::isNeeded);
    int firstShape = feedsShape ? 0 : SHAPED_BY_INPUTS.getOrDefault(node.type(), Integer.MAX_VALUE);
    node.inputs().stream().skip(firstShape).forEach(this::need);
    for (Graph body : node.attributes().graphs()) {
      if (feedsShape) {
        body.outputs().forEach(output -> need(output.name()));
      }
      visit(body.nodes());
      forward(body, node, 0);
    }
  }

  /** What a body needs of its inputs, the node needs of its own at the same position. */
  private void forward(Graph body, Node node, int from) {
    for (int i = from; i < Math.min(body.inputs().size(), node.inputs().size()); i++) {
      if (isNeeded(body.inputs().get(i).name())) {
        need(node.inputs().get(i));
      }
    }
  }

  /** Which branch is run is decided before the run. */
  private void branches(Node node) {
    node.inputs().forEach(this::need);
    for (Graph branch : node.attributes().graphs()) {
      for (int i = 0; i < Math.min(branch.outputs().size(), node.outputs().size()); i++) {
        if (isNeeded(node.outputs().get(i))) {
          need(branch.outputs().get(i).name());
        }
      }
      visit(branch.nodes());
    }
  }

  /** So is how often a loop goes round: by its first two inputs and its body's first output. */
  private void loop(Node node) {
    node.inputs().stream().limit(2).forEach(this::need);
    for (Graph body : node.attributes().graphs()) {
      need(body.outputs().get(0).name());
      int before;
      do { // what one round needs of the next one's state may need more of the one before
        before = needed.size();
        for (int i = 1; i < body.outputs().size(); i++) {
          boolean after = i <= node.outputs().size() && isNeeded(node.outputs().get(i - 1));
          boolean next = i + 1 < body.inputs().size() && isNeeded(body.inputs().get(i + 1).name());
          if (after || next) {
            need(body.outputs().get(i).name());
          }
        }
        visit(body.nodes());
      } while (needed.size() > before);
      forward(body, node, 2);
    }
  }
}
