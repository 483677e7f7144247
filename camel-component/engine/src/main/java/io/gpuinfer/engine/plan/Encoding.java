package io.gpuinfer.engine.plan;

import io.gpuinfer.engine.program.Action.Epilogue;
import io.gpuinfer.engine.program.Op;
import io.gpuinfer.engine.program.StridedCopy;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * What the encoders of all families share: references to values, generated functions, the passes.
 */
final class Encoding {

  private final Layout layout;
  private final Functions functions;
  private final List<PassDraft> passes;
  private final List<Record> records = new ArrayList<>();
  private final List<String> origins = new ArrayList<>();
  private long flops;
  private long bytes;
  private Op op;

  Encoding(Layout layout, Functions functions, List<PassDraft> passes) {
    this.layout = layout;
    this.functions = functions;
    this.passes = passes;
  }

  /** Records from now on belong to this op. */
  void begin(Op current) {
    op = current;
  }

  /** Adds what the op does to the pass. */
  void add(long moreFlops, long moreBytes, List<Record> more) {
    records.addAll(more);
    origins.addAll(op.origins());
    flops += moreFlops;
    bytes += moreBytes;
  }

  void add(long moreFlops, long moreBytes, Record record) {
    add(moreFlops, moreBytes, List.of(record));
  }

  /** What is added from now on waits for what was added before. */
  void endPass() {
    if (!records.isEmpty()) {
      passes.add(new PassDraft(List.copyOf(records), List.copyOf(origins), flops, bytes));
      records.clear();
      origins.clear();
      flops = 0;
      bytes = 0;
    }
  }

  int reference(Value value) {
    return layout.reference(value, 0);
  }

  int reference(Value value, long from) {
    return layout.reference(value, from);
  }

  /** Elements from row to row of a value of so many columns. */
  int rowStride(Value value, int columns) {
    return layout.rowStride(value, columns);
  }

  /** What a move still has to copy. */
  List<StridedCopy> copies(Op move) {
    return layout.copies(move);
  }

  int scratch() {
    return layout.scratchReference(op);
  }

  Functions functions() {
    return functions;
  }

  /**
   * Appends the number of an epilogue's function and its operands, for results of that many
   * columns.
   */
  void addEpilogue(Record record, Epilogue epilogue, int columns) {
    if (epilogue == null) {
      record.add(0);
      return;
    }
    List<Value> inputs = op.inputs().subList(epilogue.inputsFrom(), op.inputs().size());
    List<Functions.Operand> operands = Functions.Operand.of(inputs, 1, arrays -> 3 * arrays);
    record.add(functions.epilogue(epilogue.expr(), operands));
    for (Functions.Operand operand : operands) {
      Value value = operand.value();
      if (!operand.isScalar()) {
        boolean full = value.size() == op.output().size();
        record.add(reference(value), full ? columns : 0, full || value.size() > 1 ? 1 : 0);
      }
    }
    addScalars(record, operands);
  }

  static void addScalars(Record record, List<Functions.Operand> operands) {
    for (Functions.Operand operand : operands) {
      if (operand.isScalar()) {
        float[] word = new float[1];
        Words.write(operand.value().constant(), word, 0);
        record.addReal(word[0]);
      }
    }
  }
}
