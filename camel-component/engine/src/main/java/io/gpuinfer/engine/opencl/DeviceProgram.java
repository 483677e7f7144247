package io.gpuinfer.engine.opencl;

import com.aparapi.device.OpenCLDevice;
import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.FaultDrill;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.PassTime;
import io.gpuinfer.engine.RunOptions;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.plan.KernelSource;
import io.gpuinfer.engine.plan.Plan;
import io.gpuinfer.engine.plan.Planner;
import io.gpuinfer.engine.plan.Target;
import io.gpuinfer.engine.plan.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model's program on its device: compiled kernels, buffers, and the plan whose op table is there.
 * Not safe for use by several threads.
 */
final class DeviceProgram implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DeviceProgram.class);
  private static final int MAX_COMPILES = 16;
  private static final int WEIGHTS = 1;
  private static final int IN = 2;
  private static final int TABLE = 4;
  private static final int CONTROL = 5;
  private static final List<String> PARAMETERS =
      List.of("arena", "weights", "in", "out", "table", "control");

  /** What a program has besides when the weights are more than one buffer holds. */
  private static final List<String> SHARDS = List.of("weights2", "weights3", "weights4");

  private static final float[] NO_SHARD = new float[1];

  private final String model;
  private final DeviceInfo device;
  private final OpenCLDevice handle;
  private final DeviceClass kernels;
  private final int groups;
  private final Planner planner;
  private final ModelWeights modelWeights;
  private final MemoryLedger ledger;
  private final FaultDrill drill;
  private final boolean inPlace;

  /** Whether the kernel goes from pass to pass by itself. */
  private final boolean resident;

  private final DeviceArrays arrays;
  private final Slices slices = new Slices();

  private PassRunner runner;
  private PassRunner.Arg[] args;
  private Plan current;
  private WeightArrays weights;

  /** Bytes of the device's memory besides the weights. */
  private long held;

  private int uploadedWeights;
  private boolean builtSharded;
  private int builtFunctions;
  private int builtOpcodes;
  private final AtomicInteger compiles = new AtomicInteger();
  private int runs;

  DeviceProgram(
      String model,
      DeviceInfo device,
      OpenCLDevice handle,
      Target target,
      Planner planner,
      ModelWeights modelWeights,
      MemoryLedger ledger,
      FaultDrill drill) {
    this.model = model;
    this.device = device;
    this.handle = handle;
    this.kernels = target.kernels();
    this.groups = target.groups();
    this.planner = planner;
    this.modelWeights = modelWeights;
    this.weights = modelWeights.none();
    this.ledger = ledger;
    this.drill = drill;
    this.inPlace = worksInPlace(device);
    this.resident = kernels == DeviceClass.SIMD && device.kind() == DeviceKind.OPENCL_CPU;
    this.arrays = new DeviceArrays(inPlace, Control.words(device.computeUnits()));
  }

  /** Whether a device computes on the Java arrays themselves rather than on copies of them. */
  static boolean worksInPlace(DeviceInfo device) {
    return device.kind() == DeviceKind.OPENCL_CPU && DeviceArrays.CAN_STAY;
  }

  /** The plan whose op table is on the device, or null. */
  Plan current() {
    return current;
  }

  /** The arrays with the model's weights. */
  WeightArrays weights() {
    return weights;
  }

  /** How often the program was built; for any thread. */
  int compiles() {
    return compiles.get();
  }

  /** Makes the next {@link #prepare} bring everything to the device anew. */
  void forget() {
    current = null;
    uploadedWeights = -1;
  }

  /**
   * Brings program, weights, buffers and op table to what the plan needs.
   *
   * @throws ModelLoadException when the device has no room for it
   */
  void prepare(Plan plan) {
    if (plan.equals(current) && uploadedWeights >= plan.weights()) {
      return;
    }
    reserve(plan);
    fit(plan);
    if (runner == null
        || builtFunctions != planner.functions().count()
        || builtOpcodes != planner.opcodes().size()
        || builtSharded != isSharded()) {
      build();
    } else {
      bind(uploadedWeights < plan.weights());
    }
    uploadedWeights = weights.tensors();
    System.arraycopy(plan.table(), 0, arrays.table(), 0, plan.table().length);
    args[TABLE].upload();
    current = plan;
  }

  /**
   * @throws ModelLoadException when the plan's intermediates do not fit one of the device's buffers
   */
  static void refuseTooLarge(String model, Plan plan, DeviceInfo device) {
    long largest = Float.BYTES * plan.arenaElements();
    if (largest > device.maxAllocationBytes()) {
      throw new ModelLoadException(
          "'%s' needs a buffer of %d MiB, but %s allows %d MiB in one"
              .formatted(model, largest >> 20, device.name(), device.maxAllocationBytes() >> 20));
    }
  }

  private void reserve(Plan plan) {
    refuseTooLarge(model, plan, device);
    WeightArrays before = weights;
    weights = modelWeights.exchange(weights, plan.weights(), account(arrays.bytesFor(plan)));
    if (!weights.equals(before)) {
      before.shards().forEach(arrays::outgrow);
    }
  }

  /** Enters weights into the ledger together with so many bytes of other buffers. */
  private ModelWeights.Account account(long wanted) {
    return (gone, come) -> {
      ledger.exchange(model, held + gone, wanted + come);
      held = wanted;
    };
  }

  private void fit(Plan plan) {
    try {
      arrays.fit(plan);
    } catch (OutOfMemoryError e) {
      forget();
      throw new ModelLoadException(
          "'%s' needs %d MiB of Java heap for its device buffers; raise -Xmx"
              .formatted(model, (held + weights.bytes()) >> 20),
          e);
    }
  }

  private boolean isSharded() {
    return weights.shards().size() > 1;
  }

  /** What the program's parameters are to be bound to, in their order. */
  private List<Object> buffers() {
    List<float[]> shards = weights.shards();
    List<Object> buffers = new ArrayList<>();
    buffers.add(arrays.arena());
    buffers.add(shards.get(0));
    buffers.add(arrays.in());
    buffers.add(arrays.out());
    buffers.add(arrays.table());
    buffers.add(arrays.control());
    if (isSharded()) {
      for (int i = 1; i <= SHARDS.size(); i++) {
        buffers.add(i < shards.size() ? shards.get(i) : NO_SHARD);
      }
    }
    return buffers;
  }

  private void build() {
    current = null;
    if (runner != null) {
      runner.close();
      runner = null;
    }
    if (compiles.incrementAndGet() > MAX_COMPILES) {
      throw new ModelLoadException(
          "'%s' needs another program for every shape: it was compiled %d times"
              .formatted(model, MAX_COMPILES));
    }
    LOG.info("Compiling '{}' for {} ({})", model, device.name(), kernels);
    handle.setSharedMemory(inPlace);
    List<Object> buffers = buffers();
    args = new PassRunner.Arg[buffers.size()];
    for (int i = 0; i < args.length; i++) {
      int shard = i - PARAMETERS.size();
      String name = shard < 0 ? PARAMETERS.get(i) : SHARDS.get(shard);
      args[i] = new PassRunner.Arg(name, buffers.get(i));
    }
    builtSharded = isSharded();
    String source = KernelSource.of(kernels, planner.opcodes(), planner.functions(), builtSharded);
    runner = new PassRunner(handle, source, kernels == DeviceClass.SIMD ? 1 : 256, args);
    builtFunctions = planner.functions().count();
    builtOpcodes = planner.opcodes().size();
  }

  private void bind(boolean moreWeights) {
    List<Object> buffers = buffers();
    for (int i = 0; i < args.length; i++) {
      boolean isWeights = i == WEIGHTS || i >= PARAMETERS.size();
      if (!args[i].holds(buffers.get(i))) {
        args[i].bind(buffers.get(i));
      } else if (isWeights && moreWeights) {
        args[i].upload();
      }
    }
  }

  /**
   * Writes what the current plan reads. A device with memory of its own gets it with the first
   * passes, in the same native call.
   *
   * @throws InvalidInputException when an element does not fit the device's type
   */
  void write(Map<String, Tensor> inputs, RunTally tally) {
    long start = System.nanoTime();
    for (Plan.Slot slot : current.inputs()) {
      try {
        Tensor tensor = inputs.get(slot.name());
        if (slot.packed()) {
          Words.pack(tensor, arrays.in(), slot.offset());
        } else {
          Words.write(tensor, arrays.in(), slot.offset());
        }
      } catch (InvalidInputException e) {
        throw new InvalidInputException("Input '" + slot.name() + "': " + e.getMessage(), e);
      }
    }
    tally.wroteInputs(System.nanoTime() - start);
  }

  /** What the last run has answered. */
  Map<String, Tensor> read(RunTally tally) {
    long start = System.nanoTime();
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (Plan.Slot slot : current.outputs()) {
      long[] shape = slot.shape().stream().mapToLong(Integer::longValue).toArray();
      outputs.put(slot.name(), Words.read(slot.type(), arrays.out(), slot.offset(), shape));
    }
    tally.readOutputs(System.nanoTime() - start);
    return outputs;
  }

  /**
   * Runs all passes of the current plan.
   *
   * @return whether the device kept its memory over the run
   * @throws DeadlineExceededException when the deadline passed or the run was cancelled
   * @throws DeviceOfflineException when the driver reported an error
   */
  boolean execute(RunOptions run, RunTally tally) {
    Plan plan = current;
    int number = ++runs;
    args[IN].upload();
    int passes = plan.passes().size();
    tally.restart();
    for (int from = 0; from < passes; ) {
      checkTime(run);
      int to = from + (run.observer() == null ? slices.count(plan, from, resident) : 1);
      long start = System.nanoTime();
      if (drill.holdUp(from == 0)) {
        throw new DeviceOfflineException(
            "%s hung in passes %d to %d of '%s'".formatted(device.name(), from, to - 1, model));
      }
      long launched = System.nanoTime();
      call(plan, number, from, to);
      long ended = System.nanoTime();
      slices.took(plan, from, to, resident, ended - launched);
      long nanos = ended - start;
      if (run.observer() != null) {
        Plan.Pass pass = plan.passes().get(from);
        run.observer()
            .accept(
                new PassTime(
                    pass.kernel().name(),
                    pass.origins(),
                    start,
                    nanos,
                    pass.flops(),
                    pass.bytes()));
      }
      tally.ran(plan.passes().subList(from, to), nanos);
      from = to;
    }
    checkTime(run);
    download(tally);
    boolean kept = Float.floatToRawIntBits(arrays.out()[0]) == number;
    if (kept && Float.floatToRawIntBits(arrays.out()[1]) == number) {
      throw new InvalidInputException(
          "An index in the inputs of '%s' is out of the range of the tensor it selects from"
              .formatted(model));
    }
    return kept;
  }

  private void download(RunTally tally) {
    long start = System.nanoTime();
    int status = runner.download(arrays.out());
    if (status != 0) {
      throw failed("the download of the outputs", status);
    }
    arrays.settle();
    tally.readOutputs(System.nanoTime() - start);
  }

  /** Runs some passes in one native call. */
  private void call(Plan plan, int number, int from, int to) {
    int count = to - from;
    int[] control = arrays.control();
    Arrays.fill(control, 0, Control.words(device.computeUnits()), 0);
    control[Control.FIRST_PASS] = plan.passStarts() + from;
    control[Control.RUN] = number;
    control[Control.IS_FIRST_CALL] = from == 0 ? 1 : 0;
    control[Control.LAST_PASS] = to == plan.passes().size() ? count - 1 : -1;
    control[Control.RESIDENT_PASSES] = resident ? count : 0;
    control[Control.PARTS] = groups;
    args[CONTROL].upload();
    boolean fail = drill.isFailing();
    int status =
        resident ? runner.run(1, device.computeUnits(), fail) : runner.run(count, groups, fail);
    if (status != 0) {
      throw failed("passes " + from + " to " + (to - 1), status);
    }
  }

  private void checkTime(RunOptions run) {
    if (run.cancelled().getAsBoolean()) {
      throw new DeadlineExceededException("The run of '" + model + "' was cancelled");
    }
    if (run.deadlineNanos() != Long.MAX_VALUE && System.nanoTime() - run.deadlineNanos() >= 0) {
      throw new DeadlineExceededException("The deadline passed while '" + model + "' was running");
    }
  }

  private DeviceOfflineException failed(String what, int status) {
    return new DeviceOfflineException(
        "%s failed with OpenCL status %d in %s of '%s'"
            .formatted(device.name(), status, what, model),
        status);
  }

  /** Gives the device memory back. */
  @Override
  public void close() {
    if (runner != null) {
      runner.close();
      runner = null;
    }
    modelWeights.letGo(weights, account(0));
    weights = modelWeights.none();
    current = null;
  }
}
