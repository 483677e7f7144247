package io.gpuinfer.engine.opencl;

import com.aparapi.device.OpenCLDevice;
import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.plan.KernelSource;

/**
 * What a device did at most when it was tried: the yardstick for kernels.
 *
 * @param flopsPerSecond of multiply-adds in registers, each counted as two
 * @param bytesPerSecond of copying, each byte counted as read and as written
 */
public record DevicePeaks(double flopsPerSecond, double bytesPerSecond) {

  private static final int CHAINS_FEW = 6;
  private static final int CHAINS_MANY = 12;
  private static final int COPY = 2;
  private static final int COPIED_ELEMENTS = 16 << 20;
  private static final int TRIES = 5;

  /** A try shorter than this says more about the launch than about the device. */
  private static final long LEAST_NANOS = 20_000_000;

  private static final int MAX_ROUNDS = 1 << 30;

  static DevicePeaks measure(DeviceInfo info, OpenCLDevice device) {
    boolean simd = Devices.classOf(info) == DeviceClass.SIMD;
    int lanes = simd ? 16 : 1;
    int items = simd ? 1 : 256;
    int groups = 8 * info.computeUnits();
    float[] data = new float[COPIED_ELEMENTS];
    int[] mode = new int[2];
    device.setSharedMemory(false); // small arrays move
    PassRunner.Arg modeArg = new PassRunner.Arg("mode", mode);
    String source = "#define LANES " + lanes + "\n" + KernelSource.file("peaks.cl");
    try (PassRunner runner =
        new PassRunner(device, source, items, new PassRunner.Arg("data", data), modeArg)) {
      Trial trial =
          (what, amount) -> {
            mode[0] = what;
            mode[1] = amount;
            modeArg.upload();
            long start = System.nanoTime();
            int status = runner.run(1, groups, false);
            if (status != 0) {
              throw new DeviceOfflineException(
                  info.name() + " failed with OpenCL status " + status + " while it was measured",
                  status);
            }
            return System.nanoTime() - start;
          };
      double perChain = 2.0 * lanes * items * groups;
      double flops =
          Math.max(
              CHAINS_FEW * perChain * trial.roundsPerSecond(0),
              CHAINS_MANY * perChain * trial.roundsPerSecond(1));
      long nanos = Long.MAX_VALUE;
      for (int i = 0; i < TRIES; i++) {
        nanos = Math.min(nanos, trial.nanos(COPY, COPIED_ELEMENTS / lanes));
      }
      return new DevicePeaks(flops, (double) COPIED_ELEMENTS * Float.BYTES / nanos * 1e9);
    }
  }

  @FunctionalInterface
  private interface Trial {
    long nanos(int what, int amount);

    default double roundsPerSecond(int what) {
      int rounds = 1 << 10;
      while (nanos(what, rounds) < LEAST_NANOS && rounds < MAX_ROUNDS) {
        rounds *= 2;
      }
      double best = 0;
      for (int i = 0; i < TRIES; i++) {
        best = Math.max(best, rounds * 1e9 / nanos(what, rounds));
      }
      return best;
    }
  }
}
