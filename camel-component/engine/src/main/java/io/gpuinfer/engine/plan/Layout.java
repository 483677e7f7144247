package io.gpuinfer.engine.plan;

import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Op;
import io.gpuinfer.engine.program.Program;
import io.gpuinfer.engine.program.StridedCopy;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/** Where every value of a program lives. */
final class Layout {

  private final Placements placements;
  private final Target target;
  private final WeightStore weights;
  private final Map<Value, Value> roots = new IdentityHashMap<>();
  private final Map<Value, Integer> inputs = new IdentityHashMap<>();
  private final Set<Value> packed = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Value, Integer> outputs = new IdentityHashMap<>();
  private final Map<Value, Arena.Block> blocks = new IdentityHashMap<>();
  private final Map<Op, Arena.Block> scratch = new IdentityHashMap<>();
  private final Map<Value, Integer> constants = new IdentityHashMap<>();
  private final List<float[]> constantWords = new ArrayList<>();
  private final Arena arena;
  private int constantsSize;
  private int inSize;
  private int outSize = Plan.STATUS_WORDS;

  /**
   * @param scratchOf elements of scratch that an op wants for each group
   */
  Layout(
      Program program,
      Schedule schedule,
      Placements placements,
      Target target,
      WeightStore weights,
      boolean reuse,
      ToLongFunction<Op> scratchOf) {
    this.placements = placements;
    this.target = target;
    this.weights = weights;
    this.arena = new Arena(target, reuse);
    for (Op op : program.ops()) {
      if (op.action() instanceof Action.ResampleImage) {
        packed.add(op.input(0));
      }
    }
    for (Value input : program.inputs()) {
      inputs.put(input, (int) target.align(inSize));
      inSize = (int) target.align(inSize) + Words.count(input.size(), isPacked(input));
    }
    for (Op op : program.ops()) {
      if (op.action() instanceof Action.Alias) {
        roots.put(op.output(), root(op.input(0)));
      }
    }
    placeOutputs(program);
    placeValues(program, schedule, scratchOf);
    arena.layOut();
  }

  private void placeOutputs(Program program) {
    Map<Value, Op> producers = program.producers();
    for (Value output : program.outputs()) {
      Value root = root(output);
      if (producers.containsKey(root) && !outputs.containsKey(root)) {
        outputs.put(root, reserveOutput(root.size()));
      }
    }
  }

  /** A place in {@code out}. */
  int reserveOutput(int size) {
    int offset = (int) target.align(outSize);
    outSize = offset + size;
    Buffer.OUT.at(outSize);
    return offset;
  }

  private void placeValues(Program program, Schedule schedule, ToLongFunction<Op> scratchOf) {
    List<List<Op>> steps = schedule.steps();
    for (int i = 0; i < steps.size(); i++) {
      for (Op op : steps.get(i)) {
        for (Value input : op.inputs()) {
          Arena.Block block = blocks.get(memory(input));
          if (block != null) {
            block.usedAt(i);
          }
        }
        Value written = placements.written(op);
        if (!outputs.containsKey(written) && !blocks.containsKey(written)) {
          blocks.put(written, arena.block(Math.max(1, written.size()), i));
        }
        long wanted = scratchOf.applyAsLong(op);
        if (wanted > 0) {
          scratch.put(op, arena.block(wanted * target.groups(), i));
        }
      }
    }
    for (Value output : program.outputs()) { // copied out at the end
      Arena.Block block = blocks.get(root(output));
      if (block != null) {
        block.usedAt(steps.size());
      }
    }
  }

  /** The value whose block holds this one's elements. */
  private Value memory(Value value) {
    Value root = root(value);
    Placements.Place place = placements.of(root);
    return place == null ? root : place.whole();
  }

  private Value root(Value value) {
    return roots.getOrDefault(value, value);
  }

  /** The reference to a value's elements, from the given one on. */
  int reference(Value value, long from) {
    Value root = root(value);
    Placements.Place place = placements.of(root);
    if (place != null) {
      return reference(place.whole(), place.offset() + from);
    } else if (inputs.containsKey(root)) {
      return Buffer.IN.at(inputs.get(root) + from);
    } else if (outputs.containsKey(root)) {
      return Buffer.OUT.at(outputs.get(root) + from);
    } else if (blocks.containsKey(root)) {
      return Buffer.ARENA.at(blocks.get(root).offset() + from);
    } else if (root.isStable()) {
      return Buffer.WEIGHTS.at(weights.raw(root.constant()) + from);
    }
    return Buffer.TABLE.at(constants.computeIfAbsent(root, this::addConstant) + from);
  }

  /** Elements from row to row of a value of so many columns. */
  int rowStride(Value value, int columns) {
    Placements.Place place = placements.of(value);
    return place == null ? columns : place.rowStride();
  }

  /** What a move still has to copy. */
  List<StridedCopy> copies(Op move) {
    return placements.copies(move);
  }

  private int addConstant(Value value) {
    int offset = constantsSize;
    constantWords.add(Words.of(value.constant()));
    constantsSize += value.size();
    return offset;
  }

  /** Whether a value's elements are in {@code out} already. */
  boolean isOutput(Value value) {
    return outputs.containsKey(root(value));
  }

  int outputOffset(Value value) {
    return outputs.get(root(value));
  }

  /** Whether an input's elements are bytes in {@code in}. */
  boolean isPacked(Value input) {
    return packed.contains(input);
  }

  int inputOffset(Value value) {
    return inputs.get(value);
  }

  int scratchReference(Op op) {
    return scratch.containsKey(op) ? Buffer.ARENA.at(scratch.get(op).offset()) : Buffer.ARENA.at(0);
  }

  List<float[]> constantWords() {
    return constantWords;
  }

  int constantsSize() {
    return constantsSize;
  }

  int inSize() {
    return inSize;
  }

  int outSize() {
    return outSize;
  }

  Arena arena() {
    return arena;
  }
}
