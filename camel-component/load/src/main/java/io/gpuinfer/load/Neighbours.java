package io.gpuinfer.load;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The other programs on this machine. */
public final class Neighbours {

  private final OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  /** Their share of all processors since this was last asked. */
  public double share() {
    return Math.max(0, system.getCpuLoad() - system.getProcessCpuLoad());
  }
}
