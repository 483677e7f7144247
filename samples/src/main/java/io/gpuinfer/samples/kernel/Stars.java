package io.gpuinfer.samples.kernel;

import com.aparapi.Kernel;
import com.aparapi.Range;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.kernel.Input;
import io.gpuinfer.engine.kernel.Output;
import io.gpuinfer.engine.kernel.RouteKernel;

/**
 * Bodies that attract each other, moved in steps of time by the velocity form of Verlet's method
 * (Swope and others, 1982): half a kick, a drift, half a kick, each a pass, as each needs all
 * bodies of the one before. The constant of gravity is 1; forces are softened (Plummer) so that
 * close bodies do not fly apart.
 *
 * <p>Positions and velocities hold x, y and z of one body after the other, and are changed in
 * place.
 */
public class Stars extends Kernel implements RouteKernel {

  private static final int PASSES_PER_STEP = 3;
  private static final int MOST_STEPS = 100_000;

  /** Steps times pairs of bodies, of which a core does some hundred million a second. */
  private static final double MOST_WORK = 2e10;

  @Input @Output protected float[] positions;
  @Input @Output protected float[] velocities;
  @Input protected float[] masses;

  /** Length below which forces are softened. */
  @Input protected float softening;

  /** Time of a step. */
  @Input protected float step;

  @Input protected int steps;

  protected int bodies;

  @Override
  public Range prepare() {
    bodies = masses.length;
    if (bodies < 1 || positions.length != 3 * bodies || velocities.length != 3 * bodies) {
      throw new InvalidInputException(
          "%d masses take three numbers each of positions and velocities, not %d and %d"
              .formatted(bodies, positions.length, velocities.length));
    }
    if (steps < 1 || steps > MOST_STEPS || !(softening > 0)) {
      throw new InvalidInputException(
          "steps must be from 1 to %d, and softening above 0".formatted(MOST_STEPS));
    }
    if ((double) bodies * bodies * steps > MOST_WORK) {
      throw new InvalidInputException(
          "%d bodies in %d steps are over the limit: bodies² × steps must be at most %.0f"
              .formatted(bodies, steps, MOST_WORK));
    }
    return Range.create(bodies);
  }

  @Override
  public int passes() {
    return PASSES_PER_STEP * steps;
  }

  @Override
  public void run() {
    int body = 3 * getGlobalId();
    if (getPassId() % PASSES_PER_STEP == 1) {
      positions[body] += step * velocities[body];
      positions[body + 1] += step * velocities[body + 1];
      positions[body + 2] += step * velocities[body + 2];
    } else {
      kick(body);
    }
  }

  protected void kick(int body) {
    float x = 0;
    float y = 0;
    float z = 0;
    for (int other = 0; other < bodies; other++) {
      float dx = positions[3 * other] - positions[body];
      float dy = positions[3 * other + 1] - positions[body + 1];
      float dz = positions[3 * other + 2] - positions[body + 2];
      float square = dx * dx + dy * dy + dz * dz + softening * softening;
      float pull = masses[other] / (square * sqrt(square));
      x += pull * dx;
      y += pull * dy;
      z += pull * dz;
    }
    velocities[body] += 0.5f * step * x;
    velocities[body + 1] += 0.5f * step * y;
    velocities[body + 2] += 0.5f * step * z;
  }
}
