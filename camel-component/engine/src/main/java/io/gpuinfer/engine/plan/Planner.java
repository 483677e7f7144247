package io.gpuinfer.engine.plan;

import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Op;
import io.gpuinfer.engine.program.Program;
import io.gpuinfer.engine.program.StridedCopy;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Lays programs out for one device. The functions that the programs bring are collected here, and
 * their weights in a store, for all plans of the model.
 */
public final class Planner {

  private final Target target;
  private final boolean reuse;
  private final WeightStore weights;
  private final Functions functions = new Functions();
  private final Set<Opcode> opcodes = EnumSet.noneOf(Opcode.class);

  /**
   * @param weights of the same target; other planners of the same model may share it
   */
  public Planner(Target target, boolean reuse, WeightStore weights) {
    this.target = target;
    this.reuse = reuse;
    this.weights = weights;
  }

  public Functions functions() {
    return functions;
  }

  /** The kernels that the plans so far call. */
  public Set<Opcode> opcodes() {
    return opcodes;
  }

  /**
   * @param outputNames the model's names of the program's outputs
   */
  public Plan plan(Program program, List<String> outputNames) {
    MatrixEncoder matrices = new MatrixEncoder(target, weights);
    Placements placements = Placements.of(program);
    Schedule schedule = Schedule.of(program, placements);
    Layout layout =
        new Layout(
            program,
            schedule,
            placements,
            target,
            weights,
            reuse,
            op -> Math.max(matrices.scratchElements(op), ImageEncoder.scratchElements(op)));
    List<PassDraft> passes = new ArrayList<>();
    Encoding encoding = new Encoding(layout, functions, passes);
    for (List<Op> step : schedule.steps()) {
      for (Op op : step) {
        encoding.begin(op);
        encode(op, encoding, matrices);
      }
      encoding.endPass();
    }
    List<Plan.Slot> outputs = outputs(program, outputNames, layout, encoding);
    if (passes.isEmpty() || passes.get(passes.size() - 1).checksIndices()) {
      passes.add(
          new PassDraft(List.of())); // faults are read in the last pass: none may happen in it
    }
    passes.forEach(pass -> pass.records().forEach(record -> opcodes.add(record.opcode())));
    return assemble(program, layout, passes, outputs);
  }

  private void encode(Op op, Encoding encoding, MatrixEncoder matrices) {
    Action action = op.action();
    if (action instanceof Action.Conv conv) {
      matrices.conv(encoding, op, conv);
      if (Winograd.applies(op, conv, target)) { // images of other sizes take the other one
        opcodes.add(Opcode.WINOGRAD);
        opcodes.add(MatrixEncoder.opcode(op.input(1)));
      }
    } else if (action instanceof Action.ConvTranspose conv) {
      matrices.convTranspose(encoding, op, conv);
    } else if (action instanceof Action.MatMul product) {
      matrices.matmul(encoding, op, product);
    } else if (action instanceof Action.Attention attention) {
      matrices.attention(encoding, op, attention);
    } else if (action instanceof Action.Elementwise elementwise) {
      ElementwiseEncoder.encode(encoding, op, elementwise);
    } else if (action instanceof Action.Move move) {
      MovementEncoder.move(encoding, op, move.fill(), encoding.copies(op));
    } else if (action instanceof Action.Gather gather) {
      MovementEncoder.gather(encoding, op, gather);
    } else if (action instanceof Action.ResampleImage resample) {
      ImageEncoder.resample(encoding, op, resample);
    } else if (IndexEncoder.knows(action)) {
      IndexEncoder.encode(encoding, op);
    } else {
      RowEncoder.encode(encoding, op);
    }
  }

  private List<Plan.Slot> outputs(
      Program program, List<String> names, Layout layout, Encoding encoding) {
    List<Plan.Slot> slots = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Value value = program.outputs().get(i);
      int offset;
      if (layout.isOutput(value)) {
        offset = layout.outputOffset(value);
      } else { // an input, a constant, or part of another output
        offset = layout.reserveOutput(value.size());
        encoding.begin(new Op("Identity", new Action.Alias(), List.of(value), value, List.of()));
        int[] dims = {value.size()};
        StridedCopy copy = new StridedCopy(0, 0, new int[] {1}, 0, new int[] {1}, dims);
        encoding.add(
            0,
            8L * value.size(),
            MovementEncoder.copy(copy, encoding.reference(value), Buffer.OUT.at(offset)));
        encoding.endPass();
      }
      slots.add(new Plan.Slot(names.get(i), value.type(), list(value.shape()), offset, false));
    }
    return slots;
  }

  private static List<Integer> list(int... shape) {
    return Arrays.stream(shape).boxed().toList();
  }

  private static List<Plan.Pass> described(List<PassDraft> drafts) {
    Set<String> later = new HashSet<>();
    List<Plan.Pass> passes = new ArrayList<>();
    for (int i = drafts.size() - 1; i >= 0; i--) { // a node is done with the last pass that has it
      int before = later.size();
      later.addAll(drafts.get(i).origins());
      passes.add(drafts.get(i).info(later.size() - before));
    }
    Collections.reverse(passes);
    return List.copyOf(passes);
  }

  private Plan assemble(
      Program program, Layout layout, List<PassDraft> passes, List<Plan.Slot> outputs) {
    int starts = layout.constantsSize();
    int size = starts + passes.size();
    for (PassDraft pass : passes) {
      size += pass.records().stream().mapToInt(Record::length).sum();
    }
    int[] table = new int[size];
    int at = 0;
    for (float[] words : layout.constantWords()) {
      for (float word : words) {
        table[at++] = Float.floatToRawIntBits(word);
      }
    }
    at += passes.size();
    for (int i = 0; i < passes.size(); i++) {
      List<Record> records = passes.get(i).records();
      table[starts + i] = records.isEmpty() ? 0 : at;
      for (int k = 0; k < records.size(); k++) {
        int next = at + records.get(k).length();
        records.get(k).writeTo(table, at, k + 1 < records.size() ? next : 0);
        at = next;
      }
    }
    List<Plan.Slot> inputs =
        program.inputs().stream()
            .map(
                v ->
                    new Plan.Slot(
                        v.name(),
                        v.type(),
                        list(v.shape()),
                        layout.inputOffset(v),
                        layout.isPacked(v)))
            .toList();
    return new Plan(
        table,
        starts,
        described(passes),
        inputs,
        outputs,
        layout.inSize(),
        layout.outSize(),
        layout.arena().size(),
        layout.arena().largestLive(),
        weights.count(),
        weights.size());
  }
}
