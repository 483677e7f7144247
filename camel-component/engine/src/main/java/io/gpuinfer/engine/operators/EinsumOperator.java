package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.program.Action.ReduceKind;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Sums of products over labelled axes, as {@code bij,bjk->bik}. Two operands at a time become a
 * matrix product of {@code [shared, own, summed]} by {@code [shared, summed, own]}.
 */
final class EinsumOperator {

  /** The place of an ellipsis in a term; its axes get the labels below 0, the last axis -1. */
  private static final char ELLIPSIS = '.';

  /** A value whose axes have labels, no label twice. */
  private record Term(Value value, int[] labels) {

    boolean has(int label) {
      return IntStream.of(labels).anyMatch(own -> own == label);
    }

    int[] those(IntPredicate wanted) {
      return IntStream.of(labels).filter(wanted).toArray();
    }
  }

  private final Call call;
  private final Builder builder;
  private final Map<Integer, Integer> extents = new TreeMap<>();

  private EinsumOperator(Call call) {
    this.call = call;
    this.builder = call.builder();
  }

  static void addTo(Map<String, Operator> all) {
    all.put("Einsum", call -> List.of(new EinsumOperator(call).result()));
  }

  private Value result() {
    String equation = call.attributes().text("equation", "").replace(" ", "").replace("...", ".");
    int arrow = equation.indexOf("->");
    String[] left = (arrow < 0 ? equation : equation.substring(0, arrow)).split(",", -1);
    if (left.length != call.inputs().size()) {
      throw new ModelLoadException(
          "Node '" + call.node().name() + "': '" + equation + "' is not of its operands");
    }
    List<Term> terms = new ArrayList<>();
    for (int i = 0; i < left.length; i++) {
      terms.add(term(left[i], call.input(i)));
    }
    int[] wanted =
        arrow < 0
            ? implied(String.join("", left))
            : labels(equation.substring(arrow + 2), ellipsisAxes());
    Term all = terms.get(0);
    for (int i = 1; i < terms.size(); i++) {
      List<Term> later = terms.subList(i + 1, terms.size());
      all =
          joined(
              all,
              terms.get(i),
              label ->
                  IntStream.of(wanted).anyMatch(out -> out == label)
                      || later.stream().anyMatch(term -> term.has(label)));
    }
    all = summed(all, label -> IntStream.of(wanted).anyMatch(out -> out == label));
    if (all.labels().length != wanted.length) {
      throw new ModelLoadException(
          "Node '" + call.node().name() + "': '" + equation + "' asks for axes that are not there");
    }
    return arranged(all, wanted).value();
  }

  /** Without an arrow: the ellipsis, then in alphabetical order the labels that occur once. */
  private int[] implied(String all) {
    IntStream once =
        all.chars()
            .filter(label -> label != ELLIPSIS && all.indexOf(label) == all.lastIndexOf(label))
            .sorted();
    return IntStream.concat(IntStream.range(-ellipsisAxes(), 0), once).toArray();
  }

  private int ellipsisAxes() {
    return (int) extents.keySet().stream().filter(label -> label < 0).count();
  }

  private int[] labels(String text, int ellipsisAxes) {
    return text.chars()
        .flatMap(
            label -> label == ELLIPSIS ? IntStream.range(-ellipsisAxes, 0) : IntStream.of(label))
        .toArray();
  }

  /** The operand with each label once: where one is repeated, the diagonal. */
  private Term term(String text, Value value) {
    int letters = (int) text.chars().filter(label -> label != ELLIPSIS).count();
    int[] labels = labels(text, value.rank() - letters);
    if (labels.length != value.rank()) {
      throw new InvalidInputException("'" + text + "' are not the axes of " + value);
    }
    int[] strides = Shapes.strides(value.shape());
    int[] own = IntStream.of(labels).distinct().toArray();
    int[] walk = new int[own.length];
    int[] dims = new int[own.length];
    for (int i = 0; i < own.length; i++) {
      for (int axis = 0; axis < labels.length; axis++) {
        if (labels[axis] == own[i]) {
          if (dims[i] != 0 && dims[i] != value.dim(axis)) {
            throw new InvalidInputException("'" + text + "' is no diagonal of " + value);
          }
          dims[i] = value.dim(axis);
          walk[i] += strides[axis];
        }
      }
      int extent = dims[i];
      extents.merge(own[i], extent, (a, b) -> a == 1 ? b : a);
      if (extent != 1 && extents.get(own[i]) != extent) {
        throw new InvalidInputException("'" + text + "' of " + value + " does not fit the others");
      }
    }
    return new Term(own.length == labels.length ? value : builder.box(value, 0, walk, dims), own);
  }

  /** The product, less the labels that only those two have. */
  private Term joined(Term first, Term second, IntPredicate neededLater) {
    Term a = summed(first, label -> second.has(label) || neededLater.test(label));
    Term b = summed(second, label -> first.has(label) || neededLater.test(label));
    int[] shared = a.those(label -> b.has(label) && neededLater.test(label));
    int[] inner = a.those(label -> b.has(label) && !neededLater.test(label));
    int[] ownA = a.those(label -> !b.has(label));
    int[] ownB = b.those(label -> !a.has(label));
    int[] outer = concat(shared, ownA, ownB);
    if (inner.length == 0 || !a.value().type().isFloat()) {
      int[] all = concat(outer, inner);
      Value product = new Arithmetic(builder).mul(spread(a, all).value(), spread(b, all).value());
      return summed(new Term(product, all), label -> contains(outer, label));
    }
    Value left = arranged(whole(a), concat(shared, ownA, inner)).value();
    Value right = arranged(whole(b), concat(shared, inner, ownB)).value();
    int batch = size(shared);
    Value product =
        MatrixOperators.product(
            call,
            builder.reshape(left, batch, size(ownA), size(inner)),
            builder.reshape(right, batch, size(inner), size(ownB)));
    return new Term(builder.reshape(product, dims(outer)), outer);
  }

  private static boolean contains(int[] labels, int label) {
    return IntStream.of(labels).anyMatch(own -> own == label);
  }

  private static int[] concat(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(IntStream::of).toArray();
  }

  private int[] dims(int... labels) {
    return IntStream.of(labels).map(extents::get).toArray();
  }

  private int size(int... labels) {
    return Shapes.size(dims(labels));
  }

  /** Sums over all labels but the wanted ones. */
  private Term summed(Term term, IntPredicate wanted) {
    int[] kept = term.those(wanted);
    if (kept.length == term.labels().length) {
      return term;
    }
    boolean[] reduced = new boolean[term.labels().length];
    for (int i = 0; i < reduced.length; i++) {
      reduced[i] = !wanted.test(term.labels()[i]);
    }
    Value sum = ReductionOperators.reduceAny(builder, term.value(), ReduceKind.SUM, reduced, false);
    return new Term(sum, kept);
  }

  /** Extents of 1 stretched to what the other operands have. */
  private Term whole(Term term) {
    int[] dims = dims(term.labels());
    int[] shape = term.value().shape();
    if (Arrays.equals(dims, shape)) {
      return term;
    }
    int[] strides = Shapes.broadcastStrides(shape, dims);
    return new Term(builder.box(term.value(), 0, strides, dims), term.labels());
  }

  private Term arranged(Term term, int... order) {
    int[] perm = IntStream.of(order).map(label -> index(term.labels(), label)).toArray();
    return new Term(builder.transpose(term.value(), perm), order);
  }

  private static int index(int[] labels, int label) {
    return IntStream.range(0, labels.length).filter(i -> labels[i] == label).findFirst().orElse(-1);
  }

  /** In the given order, with extent 1 for labels that the term has not. */
  private Term spread(Term term, int... order) {
    Term own = arranged(term, IntStream.of(order).filter(term::has).toArray());
    int[] shape = new int[order.length];
    for (int i = 0, from = 0; i < order.length; i++) {
      shape[i] = term.has(order[i]) ? own.value().dim(from++) : 1;
    }
    return new Term(builder.reshape(own.value(), shape), order);
  }
}
