/** Model descriptions, weights and where they are found. */
package ai.pancreas.model;
