import { migrate, seedDefaultTenant } from '@app/persistence';
it('migrates', async () => {
  console.log(await migrate(process.env['TEST_DATABASE_OWNER_URL']!), await seedDefaultTenant(process.env['TEST_DATABASE_OWNER_URL']!));
});
