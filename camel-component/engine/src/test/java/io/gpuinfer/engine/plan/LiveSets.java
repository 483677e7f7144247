package io.gpuinfer.engine.plan;

import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Op;
import io.gpuinfer.engine.program.Program;
import io.gpuinfer.engine.program.Value;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which values of a program must be in memory at the same time: found by going through its passes
 * backwards, as compilers find live variables, and not by the intervals that {@link Arena} uses.
 */
final class LiveSets {

  private final Program program;
  private final Placements placements;
  private final MatrixEncoder matrices;
  private final Target target;
  private final Map<Value, Value> aliases = new IdentityHashMap<>();
  private final Set<Value> elsewhere = Collections.newSetFromMap(new IdentityHashMap<>());

  private LiveSets(Program program, Target target) {
    this.program = program;
    this.placements = Placements.of(program);
    this.matrices = new MatrixEncoder(target, new WeightStore(target));
    this.target = target;
    for (Op op : program.ops()) {
      if (op.action() instanceof Action.Alias) {
        aliases.put(op.output(), op.input(0));
      }
    }
    elsewhere.addAll(program.inputs());
    program.outputs().forEach(output -> elsewhere.add(origin(output)));
  }

  /** Elements of the most that is alive in one pass, without the kernels' own words. */
  static long largest(Program program, Target target) {
    return new LiveSets(program, target).largest();
  }

  private long largest() {
    List<List<Op>> steps = Schedule.of(program, placements).steps();
    Set<Value> alive = Collections.newSetFromMap(new IdentityHashMap<>());
    Map<Value, Integer> firstWritten = new IdentityHashMap<>();
    for (int i = steps.size() - 1; i >= 0; i--) {
      for (Op op : steps.get(i)) {
        firstWritten.put(memory(op.output()), i);
      }
    }
    program.outputs().forEach(output -> add(alive, output));
    long most = size(alive);
    for (int i = steps.size() - 1; i >= 0; i--) {
      long scratch = 0;
      for (Op op : steps.get(i)) {
        op.inputs().forEach(input -> add(alive, input));
        add(alive, op.output());
        scratch += target.groups() * matrices.scratchElements(op);
      }
      most = Math.max(most, size(alive) + scratch);
      int step = i;
      alive.removeIf(value -> firstWritten.getOrDefault(value, -1) == step);
    }
    return most;
  }

  private void add(Set<Value> alive, Value value) {
    Value memory = memory(value);
    if (!memory.isConstant() && !elsewhere.contains(memory)) {
      alive.add(memory);
    }
  }

  /** What holds a value's elements: itself, or what it is a part of. */
  private Value memory(Value value) {
    Value origin = origin(value);
    Placements.Place place = placements.of(origin);
    return place == null ? origin : place.whole();
  }

  private Value origin(Value value) {
    Value origin = value;
    while (aliases.containsKey(origin)) {
      origin = aliases.get(origin);
    }
    return origin;
  }

  private static long size(Set<Value> alive) {
    return alive.stream().collect(Collectors.summingLong(value -> Math.max(1, value.size())));
  }
}
